//! LIST, NLST and MLSD.

use qftp::ftp::{FtpTransfer, RetrieveKind};

use crate::client::{Client, bytes, retrieve};
use crate::{ACTIVE, PLAIN, refusal};
use qftp_test::servers::{Kind, Server};

const LISTINGS: [RetrieveKind; 3] = [RetrieveKind::List, RetrieveKind::Nlst, RetrieveKind::Mlsd];

fn has(kind: Kind, what: RetrieveKind) -> bool {
    !(kind == Kind::Vsftpd && what == RetrieveKind::Mlsd)
}

/// The last word of each line: the name, in all three forms.
fn names(listing: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(listing);
    let name = |line: &str| line.rsplit([' ', '/']).next().map(str::to_owned);
    let is_own = |name: &String| !matches!(name.as_str(), "." | "..");
    let mut names: Vec<String> = text.lines().filter_map(name).filter(is_own).collect();
    names.sort_unstable();
    names
}

#[test]
fn a_folder_is_listed_in_each_form() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        server.make_folder("folder");
        server.make_folder("empty");
        server.put("file", b"1");
        server.put("folder/one", b"22");
        server.put("folder/two", b"333");
        let mut client = Client::of(&server);
        for what in LISTINGS {
            for transfer in [PLAIN, ACTIVE] {
                // RFC 959 §4.1.3 has listings in ASCII; in binary some servers leave CR out.
                let ascii = FtpTransfer {
                    ascii: true,
                    ..transfer
                };
                let mut list = |path| client.retrieve(retrieve(what, path, ascii.clone()));
                if !has(kind, what) {
                    assert_eq!(refusal(list("").0), 500, "{kind:?}");
                    continue;
                }
                let (ending, got) = list("");
                assert_eq!(bytes(ending), got.len() as u64, "{kind:?}");
                assert!(got.ends_with(b"\r\n"), "{kind:?} {what:?}");
                assert_eq!(
                    names(&got),
                    ["empty", "file", "folder"],
                    "{kind:?} {what:?}"
                );
                let (ending, got) = list("folder");
                assert_eq!(bytes(ending), got.len() as u64, "{kind:?}");
                assert_eq!(names(&got), ["one", "two"], "{kind:?} {what:?}");
                let (_, got) = list("empty");
                assert_eq!(names(&got), [""; 0], "{kind:?} {what:?}");
                if what == RetrieveKind::List {
                    let text = String::from_utf8_lossy(&list("folder/two").1).into_owned();
                    assert!(text.contains(" 3 "), "{kind:?}: {text}");
                }
            }
        }
        client.assert_in_step();
    }
}

#[test]
fn a_listing_of_what_is_not_there() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        let mut client = Client::of(&server);
        for what in LISTINGS {
            for transfer in [PLAIN, ACTIVE] {
                let (ending, got) = client.retrieve(retrieve(what, "missing", transfer));
                assert_eq!(got, b"", "{kind:?} {what:?}");
                // As varied as it gets: an empty listing, or a refusal before or after the data connection.
                let code = match ending {
                    Ok(outcome) => outcome.code,
                    ending => refusal(ending),
                };
                let expected = match (kind, what) {
                    (Kind::Vsftpd, RetrieveKind::Mlsd) => 500,
                    (Kind::Vsftpd, _) | (Kind::PureFtpd, RetrieveKind::List) => 226,
                    (Kind::ProFtpd, RetrieveKind::List | RetrieveKind::Nlst) => 450,
                    (Kind::Pyftpdlib, RetrieveKind::Mlsd) => 501,
                    _ => 550,
                };
                assert_eq!(code, expected, "{kind:?} {what:?}");
                client.assert_in_step();
            }
        }
    }
}
