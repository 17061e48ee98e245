//! `qftp check` with two modules, one of them on a line, and over TLS to a server of the user's.

use serde_json::Value;

use crate::background::{Background, qftp};
use crate::check::{names, reasons, result};
use qftp_test::servers::{Kind, Server, Setup};

/// Returns the names of the cases in which the second module said something else.
fn others(result: &Value) -> Vec<&str> {
    let cases = result["cases"].as_array().expect("cases").iter();
    let other = cases.filter(|case| !case["other"].is_null());
    other
        .map(|case| case["name"].as_str().expect("a name"))
        .collect()
}

/// Returns the cases that differ, are not supported or failed.
fn wrong(result: &Value) -> Vec<&Value> {
    let cases = result["cases"].as_array().expect("cases").iter();
    let fine = |case: &&Value| case["verdict"] != "as-printed" && case["verdict"] != "not-run";
    cases.filter(fine).collect()
}

#[test]
fn a_module_on_a_line_and_an_emulator_say_the_same_but_for_a_quirk() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
    let (plain, quirk) = (path("plain"), path("quirk"));
    let _plain = Background::start(&mut qftp(&["emulate", "--pty", &plain]));
    let quoted = ["emulate", "--pty", &quirk, "--quirk", "quoted-pwd"];
    let _quirk = Background::start(&mut qftp(&quoted));
    // An address, a size and the state of the session stand in their answers.
    let cases = [
        "ec2x/2.2/test-form",
        "ec2x/2.2/port-quoted",
        "ec2x/2.4",
        "ec2x/2.14/answer",
    ];
    let own = ["--listen", "127.0.0.1:0"];
    let emulator = "emulator://ec25";
    for (first, second) in [(plain.as_str(), emulator), (emulator, plain.as_str())] {
        let ports = ["--port", first, "--against", second];
        let (exit, result) = result(&[&ports[..], &own, &cases].concat());
        assert_eq!(exit, Some(0), "{first}, {second}: {result:#}");
        assert_eq!(result["against"], second);
        assert!(names(&result, "as-printed").len() > 6, "{result:#}");
        assert!(others(&result).is_empty(), "{first}, {second}: {result:#}");
    }
    for (first, second) in [(quirk.as_str(), emulator), (emulator, quirk.as_str())] {
        let ports = ["--port", first, "--against", second];
        let (exit, result) = result(&[&ports[..], &own, &["ec2x/2.4"]].concat());
        let is_first = first == quirk;
        assert_eq!(exit, Some(i32::from(is_first)), "{result:#}");
        let others = others(&result);
        assert!(!others.is_empty(), "{first}, {second}: {result:#}");
        if is_first {
            let differs = names(&result, "differs");
            assert!(
                others.iter().all(|name| differs.contains(*name)),
                "{result:#}"
            );
        }
    }
}

#[test]
fn a_case_that_the_second_module_cannot_play_is_no_difference() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("ec25");
    let link = link.to_str().expect("UTF-8");
    let _module = Background::start(&mut qftp(&["emulate", "--pty", link]));
    // The emulator has a server of the program, the module on the line has none.
    let ports = ["--port", "emulator://ec25", "--against", link, "ec2x/2.4"];
    let (exit, result) = result(&ports);
    assert_eq!(exit, Some(0), "{result:#}");
    assert!(others(&result).is_empty(), "{result:#}");
}

#[test]
fn cases_log_in_over_tls_to_a_server_of_the_users() {
    for (setup, scheme, dialect, chapter) in [
        (Setup::explicit(), "ftpes", "ec2x", "1.3"),
        (Setup::implicit(), "ftps", "bg96", "1.1"),
    ] {
        let server = Server::start_with(Kind::Vsftpd, setup);
        let (user, password) = (server.user, server.password);
        let url = format!("{scheme}://{user}:{password}@{}/", server.address);
        let port = format!("emulator://{dialect}");
        let cases = ["session", "implicit-tls", "context-first"];
        let mut selectors: Vec<String> = cases
            .iter()
            .map(|case| format!("{dialect}/{chapter}/{case}"))
            .collect();
        let places = ["whole-file", "startpos", "startpos-beyond"];
        selectors.extend(places.map(|case| format!("{dialect}/2.6/{case}")));
        selectors.push(format!("{dialect}/2.1/ssltype-explicit"));
        selectors.push(format!("{dialect}/2.9"));
        let mut line = vec!["--port", &port, "--server", &url];
        line.extend(selectors.iter().map(String::as_str));
        let (exit, result) = result(&line);
        let wrong = wrong(&result);
        assert!(wrong.is_empty(), "{scheme}: {wrong:#?}");
        assert_eq!(exit, Some(0), "{scheme}");
        let printed = names(&result, "as-printed");
        assert!(printed.len() > 6, "{scheme}: {result:#}");
        let own = match scheme {
            "ftps" => "implicit-tls",
            _ => "ssltype-explicit",
        };
        assert!(
            printed.iter().any(|name| name.ends_with(own)),
            "{printed:?}"
        );
        // What this server does not do is no difference of the module.
        let reasons = reasons(&result);
        for reason in [
            "the case logs in without an account",
            "the server would have to refuse a start behind the end",
        ] {
            assert!(reasons.contains(reason), "{scheme}: {reasons:?}");
        }
    }
}

#[test]
fn a_dialect_without_tls_logs_in_nowhere_over_tls() {
    let server = Server::start_with(Kind::Vsftpd, Setup::explicit());
    let (user, password) = (server.user, server.password);
    let url = format!("ftpes://{user}:{password}@{}/", server.address);
    let line = ["--port", "emulator://gsm", "--server", &url];
    let (exit, result) = result(&[&line[..], &["gsm/2.2.3/line", "gsm/2.2.9/test-form"]].concat());
    let wrong = wrong(&result);
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(exit, Some(0));
    let reason = "the login of this case has no TLS";
    assert!(reasons(&result).contains(reason), "{result:#}");
}
