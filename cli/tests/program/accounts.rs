//! Where user and password come from, and that nothing shows the password.

use crate::running::Run;
use crate::scripted::Act::Say;
use crate::scripted::{Row, Scripted};

const SIZE: &[Row] = &[
    ("AT+QFTPSIZE=", &[Say("OK"), Say("+QFTPSIZE: 0,1000")]),
    (
        "AT+QFTPMDTM=",
        &[Say("OK"), Say("+QFTPMDTM: 0,\"20261121073401\"")],
    ),
];

/// The account that the module was told.
fn account(module: &Scripted) -> String {
    let typed = module.typed();
    let line = typed
        .iter()
        .find_map(|line| line.strip_prefix("AT+QFTPCFG=\"account\","));
    line.expect("an account").to_owned()
}

#[test]
fn the_first_source_that_knows_decides() {
    let netrc = "machine known login ned password fromnetrc\n";
    let cases: &[(&[&str], Option<&str>, &str)] = &[
        (
            &["stat", "ftp://u:fromurl@known/f"],
            Some("env"),
            "\"u\",\"fromurl\"",
        ),
        (
            &["stat", "-u", "x:opt", "ftp://known/f"],
            Some("env"),
            "\"x\",\"opt\"",
        ),
        (
            &["stat", "-u", "x", "ftp://known/f"],
            Some("env"),
            "\"x\",\"env\"",
        ),
        (&["stat", "ftp://known/f"], Some("env"), "\"ned\",\"env\""),
        (&["stat", "ftp://known/f"], None, "\"ned\",\"fromnetrc\""),
        (
            &["stat", "ftp://other/f"],
            None,
            "\"anonymous\",\"anonymous@\"",
        ),
    ];
    for (words, password, expected) in cases {
        let module = Scripted::new(SIZE);
        let mut run = Run::new().with("QFTP_PORT", &module.url());
        if let Some(password) = password {
            run = run.with("QFTP_PASSWORD", password);
        }
        run.file(".netrc", netrc);
        let ended = run.run(words).expect(0);
        assert_eq!(
            ended.text(),
            "size      1000 bytes\nmodified  2026-11-21 07:34:01 UTC\n"
        );
        assert_eq!(account(&module), *expected, "{words:?}");
    }
}

#[test]
fn the_log_shows_the_line_and_no_password() {
    let module = Scripted::new(SIZE);
    let run = Run::new().with("QFTP_PORT", &module.url());
    let ended = run
        .run(&["-v", "stat", "ftp://joe:s3cret%21@h:2121/f"])
        .expect(0);
    let ended = ended.lacks("s3cret");
    for line in [
        "> ATI\n",
        "> AT+QFTPCFG=\"account\",\"joe\",***\n",
        "> AT+QFTPOPEN=\"h\",2121\n",
        "< +QFTPSIZE: 0,1000\n",
    ] {
        assert!(ended.stderr.contains(line), "{line}{}", ended.stderr);
    }
    assert_eq!(account(&module), "\"joe\",\"s3cret!\"");
}

#[test]
fn no_error_shows_a_password() {
    let module = Scripted::new(&[("AT+QFTPOPEN=", &[Say("OK"), Say("+QFTPOPEN: 625,530")])]);
    let url = "ftp://joe:s3cret@h/f";
    let long = format!("ftp://joe:{}s3cret@h/f", "x".repeat(256));
    let refused: &[(&[&str], i32)] = &[
        (&["-v", "stat", url], 67),
        (&["-v", "--json", "stat", url], 67),
        (&["-v", "stat", &long], 2),
        (&["stat", url, url], 2),
        (&["--json", "stat", url, url], 2),
        (&["stat", "ftp://joe:s3cret@h:x/f"], 2),
        (&["stat", "ftp://joe:s3cret\"@h/f"], 2),
        (&["mv", url, "ftp://joe:s3cret@i/f"], 2),
        (&["put", "missing", url], 26),
        (&["-v", "get", url, "missing/a"], 23),
        (&["get", url, url], 67),
        (&["--json", "get", url, url], 67),
        (&["get", url, "ftp://joe:s3cret@i/f"], 2),
        (&["get", url, "-o", url], 2),
        (&["--json", "mirror", url, url], 2),
        (&["mirror", "missing", url], 26),
        (&["get", "--continue", url, "FTP://joe:s3cret@h/f"], 67),
        (&["get", url, "missing/ftp://joe:s3cret@h/f"], 23),
        (&["put", url, url], 2),
        (&["--json", "put", url, url], 2),
        (&["put", url, "a.txt"], 2),
        (&["put", "ftps://joe:s3cret@h:x/f", url], 2),
        (&["put", "./ftp://joe:s3cret@h/f", url], 26),
        (&["get", "a.txt", url], 2),
        (&["get", "joe:s3cret@h/f"], 2),
        (&["--ca", url, "get", url], 2),
        (&["--port", url, "get", url], 2),
        (&["serve", url], 2),
        (&["--json", "serve", url], 2),
        (&["probe", url], 2),
        (&["ls", "--lon", url, url], 2),
    ];
    for (words, code) in refused {
        let run = Run::new().with("QFTP_PORT", &module.url());
        run.run(words).expect(*code).lacks("s3cret");
    }
    let run = Run::new().with("QFTP_PORT", &module.url());
    run.file(".netrc", "machine h login joe s3cret\n");
    let ended = run.run(&["stat", "ftp://h/f"]).expect(2).lacks("s3cret");
    assert!(ended.stderr.contains(".netrc line 1"), "{}", ended.stderr);
}

#[cfg(unix)]
#[test]
fn a_netrc_that_others_can_read_is_told() {
    use std::os::unix::fs::PermissionsExt;
    for (mode, warned) in [(0o644, true), (0o640, true), (0o600, false), (0o400, false)] {
        let module = Scripted::new(SIZE);
        let run = Run::new().with("QFTP_PORT", &module.url());
        run.file(".netrc", "machine known login ned password s3cret\n");
        let mode_bits = PermissionsExt::from_mode(mode);
        std::fs::set_permissions(run.path(".netrc"), mode_bits).expect("a mode");
        let ended = run
            .run(&["stat", "ftp://known/f"])
            .expect(0)
            .lacks("s3cret");
        let told = ended.stderr.contains("warning: other users can read");
        assert_eq!(told, warned, "{mode:o}: {}", ended.stderr);
        // Where nothing is taken from it, nothing is told.
        let ended = run.run(&["stat", "ftp://u:p@known/f"]).expect(0);
        assert!(!ended.stderr.contains("warning"), "{}", ended.stderr);
    }
}

#[test]
fn a_url_at_the_place_of_a_local_file_is_named() {
    let url = "ftp://joe:s3cret@h/f";
    for (words, hint) in [
        (&["get", url, "-o", url][..], "a URL stands before it"),
        (&["put", url, url], "the URL is the last argument"),
    ] {
        let ended = Run::new().run(words).expect(2);
        let named = "error: LOCAL is a URL, not a local file: ftp://h:21/f\n";
        assert!(ended.stderr.contains(named), "{}", ended.stderr);
        assert!(ended.stderr.contains(hint), "{}", ended.stderr);
    }
}

#[test]
fn a_password_read_back_from_the_module_is_masked() {
    let module = Scripted::new(&[(
        "AT+QFTPCFG=\"account\"",
        &[Say("+QFTPCFG: \"account\",\"joe\",\"s3cret\""), Say("OK")],
    )]);
    let run = Run::new().with("QFTP_PORT", &module.url());
    let ended = run
        .run(&["-v", "at", "AT+QFTPCFG=\"account\""])
        .expect(0)
        .lacks("s3cret");
    assert_eq!(ended.text(), "+QFTPCFG: \"account\",\"joe\",***\n");
    let set = "AT+QFTPCFG=\"account\",\"joe\",\"s3cret\"";
    run.run(&["-v", "--json", "at", set])
        .expect(0)
        .lacks("s3cret");
}

#[test]
fn the_account_at_the_access_point_is_set_and_not_shown() {
    for (model, typed) in [
        ("ec25", "AT+QICSGP=1,1,\"internet\",\"joe\",***,2"),
        ("m95", "AT+QICSGP=1,\"internet\",\"joe\",***"),
        ("nl668", "AT+MIPCALL=1,\"internet\",\"joe\",***,2"),
    ] {
        let port = format!("emulator://{model}");
        let run = Run::new().with("QFTP_PORT", &port);
        let words =
            "--apn internet --apn-user joe:s3cret --apn-auth chap -v rm ftp://127.0.0.1:1/a";
        let words: Vec<&str> = words.split(' ').collect();
        let ended = run.run(&words).lacks("s3cret");
        assert!(ended.stderr.contains(typed), "{model}: {}", ended.stderr);
    }
    let run = Run::new().with("QFTP_PORT", "emulator://ec25");
    let ended = run.run(&["--apn-user", "joe", "ls", "ftp://h/"]).expect(2);
    assert!(ended.stderr.contains("without --apn"), "{}", ended.stderr);
}

#[test]
fn a_profile_names_the_account_and_no_password_stands_in_it() {
    let run = Run::new().with("BENCH_PASSWORD", "s3cret");
    let module = Scripted::new(&[]);
    std::fs::create_dir_all(run.path(".config/qftp")).expect("a folder");
    let text = format!(
        "profile = \"bench\"\n[ports]\ndesk = \"{}\"\n[profiles.bench]\nport = \"desk\"\nuser = \"bob\"\n\
         password-env = \"BENCH_PASSWORD\"\n[profiles.open]\nuser = \"bob:word\"\n",
        module.url()
    );
    run.file(".config/qftp/config.toml", text);
    run.run(&["rm", "ftp://h/a"]).lacks("s3cret");
    let account = "AT+QFTPCFG=\"account\",\"bob\",\"s3cret\"";
    assert!(module.typed().iter().any(|line| line == account));
    let open = run.run(&["--profile", "open", "--port", "desk", "rm", "ftp://h/a"]);
    let open = open.lacks("word\"");
    assert!(open.stderr.contains("chmod 600"), "{}", open.stderr);
    let none = run.run(&["--profile", "none", "probe"]).expect(2);
    assert!(
        none.stderr.contains("no profile none; it has bench, open"),
        "{}",
        none.stderr
    );
}

#[test]
fn a_password_that_is_no_utf8_is_used_as_it_is() {
    use std::os::unix::ffi::OsStrExt as _;
    let password = std::ffi::OsStr::from_bytes(b"w\xe9rd");
    let netrc = b"machine other login a password x\nmachine known login joe password w\xa0\xe9rd\n";
    let stat = ["stat", "ftp://joe@known/f"];
    let ask = |run: &Run, set: &[&str]| {
        let module = Scripted::new(SIZE);
        let mut command = run.command(&[&["-p", module.url().as_str()], &stat[..]].concat());
        for name in set {
            command.env(name, password);
        }
        let ended = command.output().expect("the program");
        assert_eq!(ended.status.code(), Some(0), "{ended:?}");
        account(&module)
    };
    let run = Run::new();
    assert_eq!(ask(&run, &["QFTP_PASSWORD"]), "\"joe\",\"w\u{fffd}rd\"");
    run.file(".netrc", netrc);
    assert_eq!(ask(&run, &[]), "\"joe\",\"w\u{fffd}\u{fffd}rd\"");
    let mut command = run.command(&["serve", "."]);
    let ended = command.env("QFTP_PASSWORD", password).output();
    let ended = ended.expect("the program");
    assert_eq!(ended.status.code(), Some(2), "{ended:?}");
}
