//! What real modules do and manuals do not print, as the program copes with it.

use serde_json::json;

use crate::running::Run;
use crate::scripted::Act::{Say, Take};
use crate::scripted::{Row, Scripted};

/// Silence ended the upload, though all of it was there (FIELD 2.2).
const SILENT: Row = (
    "AT+QFTPPUT=",
    &[Say("CONNECT"), Take(5), Say("OK"), Say("+QFTPPUT: 609,0")],
);

#[test]
fn after_a_time_out_with_all_bytes_sent_the_size_on_the_server_decides() {
    let put = |rows| {
        let module = Scripted::new(rows);
        let run = Run::new().with("QFTP_PORT", &module.url());
        run.file("a", "12345");
        run.run(&["--json", "put", "a", "ftp://h/a"])
    };
    let whole: &[Row] = &[
        SILENT,
        ("AT+QFTPSIZE=", &[Say("OK"), Say("+QFTPSIZE: 0,5")]),
    ];
    put(whole).expect(0);
    let short: &[Row] = &[
        SILENT,
        ("AT+QFTPSIZE=", &[Say("OK"), Say("+QFTPSIZE: 0,4")]),
    ];
    put(short).expect(18);
}

#[test]
fn put_002_2_5_a_refused_question_does_not_hide_the_time_out() {
    let busy: &[Row] = &[SILENT, ("AT+QFTPSIZE=", &[Say("+CME ERROR: 603")])];
    let lacks_size: &[Row] = &[
        SILENT,
        ("AT+QFTPSIZE=", &[Say("OK"), Say("+QFTPSIZE: 622,502")]),
    ];
    for rows in [busy, lacks_size] {
        let module = Scripted::new(rows);
        let run = Run::new().with("QFTP_PORT", &module.url());
        run.file("a", "12345");
        let ended = run.run(&["--json", "put", "a", "ftp://h/a"]);
        assert_eq!(ended.error()["module_code"], json!(609));
        ended.expect(28);
    }
}

#[test]
fn no_data_connection_is_the_same_by_a_result_code_and_by_a_urc() {
    let result_code: &[Row] = &[("AT+QFTPPUT=", &[Say("+CME ERROR: 615")])];
    let urc: &[Row] = &[("AT+QFTPPUT=", &[Say("OK"), Say("+QFTPPUT: 615,0")])];
    let errors = [result_code, urc].map(|rows| {
        let module = Scripted::new(rows);
        let run = Run::new().with("QFTP_PORT", &module.url());
        run.file("a", "12345");
        let ended = run.run(&["--json", "put", "a", "ftp://h/a"]);
        (ended.code, ended.error())
    });
    assert_eq!(errors[0].1["module_code"], json!(615));
    assert_eq!(errors[0], errors[1]);
}
