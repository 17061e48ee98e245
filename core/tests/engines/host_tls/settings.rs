//! The settings of a login over TLS, dialect by dialect.

use qftp::dialect::Family;
use qftp::host::{Answer, Login, Operation as O, Tls, TlsMode, Warning};

use super::{ABLE, CA, CERTIFICATE, KEY, able, lines, login, trusting, unverified, with_key};

#[test]
fn ec2x_has_files_context_and_settings() {
    let (mut pair, mode) = able("ec2x");
    let sent = lines(&mut pair, &with_key(mode));
    let upload = |name: &str, content: &[u8]| format!("AT+QFUPL=\"{name}\",{},30", content.len());
    let quoted: Vec<String> = sent.iter().map(|line| line.replace("\\\"", "\"")).collect();
    let expected = [
        "AT+QFLST=\"qftp5ca.pem\"".into(),
        "AT+QFDEL=\"qftp5ca.pem\"".into(),
        upload("qftp5ca.pem", CA),
        "AT+QFLST=\"qftp5crt.pem\"".into(),
        "AT+QFDEL=\"qftp5crt.pem\"".into(),
        upload("qftp5crt.pem", CERTIFICATE),
        "AT+QFLST=\"qftp5key.pem\"".into(),
        "AT+QFDEL=\"qftp5key.pem\"".into(),
        upload("qftp5key.pem", KEY),
        "AT+QSSLCFG=\"sslversion\",5,4".into(),
        "AT+QSSLCFG=\"ciphersuite\",5,0XFFFF".into(),
        "AT+QSSLCFG=\"seclevel\",5,2".into(),
        "AT+QSSLCFG=\"ignorelocaltime\",5,0".into(),
        "AT+QSSLCFG=\"sni\",5,1".into(),
        "AT+QSSLCFG=\"cacert\",5,\"qftp5ca.pem\"".into(),
        "AT+QSSLCFG=\"clientcert\",5,\"qftp5crt.pem\"".into(),
        "AT+QSSLCFG=\"clientkey\",5,\"qftp5key.pem\"".into(),
        "AT+QFTPCFG=\"contextid\",1".into(),
        "AT+QFTPCFG=\"account\",\"test\",***".into(),
        "AT+QFTPCFG=\"filetype\",0".into(),
        "AT+QFTPCFG=\"transmode\",1".into(),
        "AT+QFTPCFG=\"rsptimeout\",90".into(),
        "AT+QFTPCFG=\"ssltype\",2".into(),
        "AT+QFTPCFG=\"sslctxid\",5".into(),
        "AT+QFTPOPEN=\"ftp.example.com\",21".to_string(),
    ];
    assert_eq!(quoted[..expected.len()], expected, "{quoted:#?}");
}

#[test]
fn nl668_has_files_version_mode_and_a_parameter() {
    let (mut pair, mode) = able("nl668");
    let sent = lines(&mut pair, &with_key(mode));
    let quoted: Vec<String> = sent.iter().map(|line| line.replace("\\\"", "\"")).collect();
    let file = |name: &str, content: &[u8]| format!("AT+GTSSLFILE=\"{name}\",{}", content.len());
    let expected = [
        file("TRUSTFILE", CA),
        file("CAFILE", CERTIFICATE),
        file("KEYFILE", KEY),
        "AT+GTSSLVER=4".into(),
        "AT+GTSSLMODE=1".into(),
        "AT+FTPOPEN=\"ftp.example.com\",\"test\",***,,,990,,1".into(),
    ];
    assert_eq!(quoted[..expected.len()], expected, "{quoted:#?}");
    assert!(pair.urcs.is_empty(), "{:?}", pair.urcs);
}

/// What was not asked for is not set; a dialect without server names is not told of them.
#[test]
fn other_choices_other_settings() {
    let settings = |name: &str, tls: &Tls| {
        let (mut pair, _) = able(name);
        let sent = lines(&mut pair, tls).join("\n").replace("\\\"", "\"");
        (sent, pair.warnings)
    };
    for name in ["ec20", "ec2x", "bg96"] {
        let (sent, warnings) = settings(name, &trusting(TlsMode::Implicit, CA));
        assert_eq!(sent.contains("\"sni\",5,1"), name == "ec2x", "{sent}");
        assert!(sent.contains("\"seclevel\",5,1"), "{sent}");
        assert!(sent.contains("\"ssltype\",1"), "{sent}");
        assert!(sent.contains("\"ftp.example.com\",990"), "{sent}");
        assert!(
            !sent.contains("clientcert") && !sent.contains("clientkey"),
            "{sent}"
        );
        assert_eq!(warnings, []);

        let (sent, warnings) = settings(name, &unverified(TlsMode::Implicit));
        assert!(sent.contains("\"seclevel\",5,0"), "{sent}");
        assert!(
            !sent.contains("QFUPL") && !sent.contains("cacert"),
            "{sent}"
        );
        assert_eq!(warnings, [Warning::NotVerified]);

        let mut dateless = trusting(TlsMode::Implicit, CA);
        dateless.check_dates = false;
        dateless.context = 0;
        let (sent, warnings) = settings(name, &dateless);
        assert!(sent.contains("\"ignorelocaltime\",0,1"), "{sent}");
        assert!(sent.contains("\"cacert\",0,\"qftp0ca.pem\""), "{sent}");
        assert!(sent.contains("\"sslctxid\",0"), "{sent}");
        assert_eq!(warnings, [Warning::DatesNotChecked]);
    }
    let (sent, warnings) = settings("nl668", &unverified(TlsMode::Implicit));
    assert!(
        sent.contains("AT+GTSSLMODE=0") && !sent.contains("GTSSLFILE"),
        "{sent}"
    );
    assert_eq!(warnings, [Warning::NotVerified]);
    // An address is no name.
    let (mut pair, mode) = able("ec2x");
    let mut by_address = login(unverified(mode));
    by_address.host = b"192.0.2.7".to_vec();
    let _ = pair.run(O::Login(&by_address));
    assert!(
        pair.lines
            .iter()
            .any(|line| line.contains("\\\"sni\\\",5,0"))
    );
}

/// TLS, then none: the module is told so.
#[test]
fn a_plain_login_switches_tls_off() {
    for name in ABLE {
        let (mut pair, mode) = able(name);
        let _ = pair.run(O::Login(&login(unverified(mode))));
        let plain = Login::new("ftp.example.com", "test", "secret");
        assert_eq!(pair.run(O::Login(&plain)), Ok(Answer::Done), "{name}");
        let lte = pair.host.dialect().family == Family::Lte;
        let off = pair.lines.iter().any(|line| line.contains("ssltype\\\",0"));
        assert_eq!(off, lte, "{name}: {:?}", pair.lines);
    }
}
