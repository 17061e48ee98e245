//! Trees of a server that lists what it likes: names that lead to another place, lines that are not understood, directories
//! without end.

use std::fs;

use qftp::client::{SkipReason, TreeOptions, TreeOutcome};
use qftp::dialect::ec2x::EC2X;

use crate::client_listings::{Answers, client, typed};

const PWD: (&str, &str) = ("AT+QFTPPWD", "\r\nOK\r\n\r\n+QFTPPWD: 0,/\r\n");
const CWD: (&str, &str) = ("AT+QFTPCWD", "\r\nOK\r\n\r\n+QFTPCWD: 0,0\r\n");

/// Tells of no links.
const LIST: (&str, &str) = (
    "AT+QFTPLIST=",
    "\r\nCONNECT\r\n\r\nOK\r\n\r\n+QFTPLIST: 0,0\r\n",
);

fn mirror() -> TreeOptions<'static> {
    TreeOptions::new().mirror(true).delete(true)
}

#[test]
fn a_name_that_leads_to_another_place_is_left_out() {
    let answers: Answers = &[
        PWD,
        CWD,
        (
            "AT+QFTPMLSD",
            "\r\nCONNECT\r\ntype=file;size=1; ../x\r\ntype=file;size=1; /tmp/x\r\ntype=dir; a/b\r\n\r\nOK\r\n\r\n+QFTPMLSD: 0,65\r\n",
        ),
        LIST,
    ];
    let (mut client, lines) = client(&EC2X, answers);
    let folder = tempfile::tempdir().expect("a folder");
    let local = folder.path().join("copy");
    fs::create_dir(&local).expect("made");
    fs::write(local.join("own"), b"x").expect("written");
    let report = client.get_tree(b"d", &local, mirror()).expect("a report");
    let skipped = |outcome: &TreeOutcome| matches!(outcome, TreeOutcome::Skipped(SkipReason::Name));
    assert_eq!(report.items.len(), 3, "{report:?}");
    assert!(report.items.iter().all(|item| skipped(&item.outcome)));
    // What such a server does not list is not deleted.
    assert!(local.join("own").exists());
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    let moved = typed(&lines);
    assert!(
        !moved.iter().any(|line| line.contains("QFTPGET")),
        "{moved:?}"
    );
}

#[test]
fn lines_that_are_not_understood_keep_the_local_files() {
    let answers: Answers = &[
        PWD,
        CWD,
        ("AT+QFTPMLSD", "\r\nERROR\r\n"),
        (
            "AT+QFTPLIST=",
            "\r\nCONNECT\r\nof a form of its own\r\n\r\nOK\r\n\r\n+QFTPLIST: 0,22\r\n",
        ),
    ];
    let (mut client, _) = client(&EC2X, answers);
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("own"), b"x").expect("written");
    let report = client.get_tree(b"d", folder.path(), mirror());
    assert!(report.expect("a report").items.is_empty());
    assert!(folder.path().join("own").exists());
}

#[test]
fn a_tree_without_end_is_given_up() {
    let answers: Answers = &[
        PWD,
        CWD,
        (
            "AT+QFTPMLSD",
            "\r\nCONNECT\r\ntype=dir; a\r\n\r\nOK\r\n\r\n+QFTPMLSD: 0,13\r\n",
        ),
        LIST,
    ];
    let (mut client, lines) = client(&EC2X, answers);
    let folder = tempfile::tempdir().expect("a folder");
    let endless = client.get_tree(b"d", folder.path(), mirror());
    let error = endless.expect_err("too deep").to_string();
    assert_eq!(
        error,
        "d: the tree on the server has too many entries, or is too deep"
    );
    assert!(typed(&lines).len() < 600);
}
