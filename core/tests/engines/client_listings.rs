//! Listings and sizes of the blocking client, where server or module answer as few do: on a module of fixed answers.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use qftp::ErrorKind;
use qftp::client::{Client, ClientOptions, Error, GetOptions, PartMode, PutOptions, RetryPolicy};
use qftp::codes::FtpCode;
use qftp::dialect::{Dialect, bg96::BG96, ec2x::EC2X, nl668::NL668};
use qftp::port::Port;

/// What a module says to the lines that begin so; the first one counts. Other lines get `OK`.
pub(crate) type Answers = &'static [(&'static str, &'static str)];

/// A module of fixed answers, and the lines that were typed at it.
struct FixedAnswers {
    answers: Answers,
    typed: Arc<Mutex<Vec<String>>>,
    output: Vec<u8>,
    /// The time of its line, which passes where it waits.
    now: Duration,
}

impl Port for FixedAnswers {
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<usize> {
        if self.output.is_empty() {
            self.pause(timeout.min(Duration::from_millis(1)));
        }
        io::Read::read(&mut io::Cursor::new(&self.output), buffer).inspect(|count| {
            self.output.drain(..*count);
        })
    }

    fn write(&mut self, bytes: &[u8], _timeout: Duration) -> io::Result<usize> {
        let line = String::from_utf8_lossy(bytes).trim().to_owned();
        let known = self.answers.iter();
        let known = known.chain(&[("AT+CMEE?", "\r\n+CMEE: 1\r\n\r\nOK\r\n")]);
        let answer = known
            .filter(|(begin, _)| line.starts_with(begin))
            .map(|(_, answer)| *answer)
            .next();
        self.output
            .extend_from_slice(answer.unwrap_or("\r\nOK\r\n").as_bytes());
        self.typed.lock().expect("the lines").push(line);
        Ok(bytes.len())
    }

    fn set_dtr(&mut self, _on: bool) -> io::Result<()> {
        Ok(())
    }

    fn time(&self) -> Option<Duration> {
        Some(self.now)
    }

    fn pause(&mut self, time: Duration) {
        self.now += time;
    }

    #[cfg(unix)]
    fn descriptor(&self) -> Option<std::os::fd::BorrowedFd<'_>> {
        None
    }

    fn name(&self) -> &'static str {
        "a module of fixed answers"
    }
}

/// Opens a client on such a module. The second value has the lines that are typed from then on.
pub(crate) fn client(
    dialect: &'static Dialect,
    answers: Answers,
) -> (Client, Arc<Mutex<Vec<String>>>) {
    let typed = Arc::default();
    let port = FixedAnswers {
        answers,
        typed: Arc::clone(&typed),
        output: Vec::new(),
        now: Duration::ZERO,
    };
    let options = ClientOptions::new()
        .dialect(dialect)
        .retry(RetryPolicy::NONE);
    let client = options.with_port(Box::new(port)).expect("a client");
    typed.lock().expect("the lines").clear();
    (client, typed)
}

pub(crate) fn typed(lines: &Mutex<Vec<String>>) -> Vec<String> {
    std::mem::take(&mut *lines.lock().expect("the lines"))
}

/// The last answers of a module that lists a file.
macro_rules! with_list {
    ($($answer:expr),*) => {
        &[
            $($answer,)*
            (
                "AT+QFTPLIST=",
                "\r\nCONNECT\r\n-rw-r--r-- 1 ftp ftp 5 Jul 25 15:01 a b\r\n\r\nOK\r\n\r\n+QFTPLIST: 0,41\r\n",
            ),
        ]
    };
}

#[test]
fn a_listing_that_server_or_module_lack_is_done_by_list() {
    let modules: &[Answers] = &[
        with_list![
            ("AT+QFTPMLSD", "\r\nERROR\r\n"),
            ("AT+QFTPNLST", "\r\nERROR\r\n")
        ],
        with_list![
            ("AT+QFTPMLSD", "\r\n+CME ERROR: 58\r\n"),
            ("AT+QFTPNLST", "\r\n+CME ERROR: 58\r\n")
        ],
        with_list![
            ("AT+QFTPMLSD", "\r\n+CME ERROR: 4\r\n"),
            ("AT+QFTPNLST", "\r\n+CME ERROR: 4\r\n")
        ],
        with_list![
            ("AT+QFTPMLSD", "\r\n+CME ERROR: unknown command\r\n"),
            ("AT+QFTPNLST", "\r\n+CME ERROR: unknown command\r\n")
        ],
        with_list![
            ("AT+QFTPMLSD", "\r\nOK\r\n\r\n+QFTPMLSD: 620,500\r\n"),
            ("AT+QFTPNLST", "\r\nOK\r\n\r\n+QFTPNLST: 622,502\r\n")
        ],
    ];
    for answers in modules {
        for dialect in [&EC2X, &BG96] {
            let (mut client, _) = client(dialect, answers);
            let entries = client.list(b"").expect("a listing");
            let listed: Vec<_> = entries
                .iter()
                .map(|entry| (&entry.name[..], entry.size))
                .collect();
            assert_eq!(listed, [(&b"a b"[..], Some(5))], "{answers:?}");
            assert_eq!(client.nlst(b"").expect("names"), [b"a b"], "{answers:?}");
            // What is asked for by name is not replaced.
            assert!(client.mlsd(b"").is_err());
        }
    }
}

#[test]
fn what_the_server_refuses_is_not_asked_for_in_another_way() {
    let (mut client, lines) = client(
        &EC2X,
        with_list![("AT+QFTPMLSD", "\r\nOK\r\n\r\n+QFTPMLSD: 627,550\r\n")],
    );
    let error = client.list(b"d").expect_err("no such directory");
    assert_eq!(error.ftp_reply(), Some(FtpCode(550)));
    assert_eq!(typed(&lines), ["AT+QFTPMLSD=\"d\",\"COM:\""]);
}

/// The answers of a server that has no MLSD and gives this reply to the other listings.
macro_rules! without_files {
    ($list:literal, $names:literal, $cwd:expr) => {
        &[
            ("AT+QFTPMLSD", "\r\nOK\r\n\r\n+QFTPMLSD: 620,500\r\n"),
            ("AT+QFTPLIST", $list),
            ("AT+QFTPNLST", $names),
            ("AT+QFTPPWD", "\r\nOK\r\n\r\n+QFTPPWD: 0,/here\r\n"),
            ("AT+QFTPCWD=\"/here\"", "\r\nOK\r\n\r\n+QFTPCWD: 0,0\r\n"),
            ("AT+QFTPCWD", $cwd),
        ]
    };
}
const CHANGED: &str = "\r\nOK\r\n\r\n+QFTPCWD: 0,0\r\n";
const NOT_CHANGED: &str = "\r\nOK\r\n\r\n+QFTPCWD: 627,550\r\n";

#[test]
fn a_directory_without_files_is_an_empty_listing() {
    let servers: &[Answers] = &[
        without_files!(
            "\r\nOK\r\n\r\n+QFTPLIST: 627,550\r\n",
            "\r\nOK\r\n\r\n+QFTPNLST: 627,550\r\n",
            CHANGED
        ),
        without_files!(
            "\r\nOK\r\n\r\n+QFTPLIST: 617,450\r\n",
            "\r\nOK\r\n\r\n+QFTPNLST: 617,450\r\n",
            CHANGED
        ),
    ];
    for answers in servers {
        let (mut client, lines) = client(&EC2X, answers);
        assert_eq!(client.list(b"").expect("a listing"), []);
        assert_eq!(client.list_text(b"d").expect("a listing"), b"");
        typed(&lines);
        assert!(client.nlst(b"d").expect("names").is_empty());
        // The session is where it was.
        let expected = [
            "AT+QFTPNLST=\"d\",\"COM:\"",
            "AT+QFTPPWD",
            "AT+QFTPCWD=\"/here\"",
            "AT+QFTPCWD=\"d\"",
            "AT+QFTPCWD=\"/here\"",
            // A command that was damaged on its way is refused, too.
            "AT+QFTPNLST=\"d\",\"COM:\"",
            // Some servers list what is not there as empty.
            "AT+QFTPPWD",
            "AT+QFTPCWD=\"/here\"",
            "AT+QFTPCWD=\"d\"",
            "AT+QFTPCWD=\"/here\"",
        ];
        assert_eq!(typed(&lines), expected);
    }
}

#[test]
fn a_directory_that_is_not_there_is_an_error() {
    let (mut client, _) = client(
        &EC2X,
        without_files!(
            "\r\nOK\r\n\r\n+QFTPLIST: 627,550\r\n",
            "\r\nOK\r\n\r\n+QFTPNLST: 627,550\r\n",
            NOT_CHANGED
        ),
    );
    for error in [
        client.list(b"d").expect_err("an error"),
        client.list_text(b"d").expect_err("an error"),
        client.nlst(b"d").expect_err("an error"),
    ] {
        assert_eq!(error.ftp_reply(), Some(FtpCode(550)), "{error}");
    }
}

/// The answers of an `nl668` that moves a file of five bytes, and these to its listings.
macro_rules! moving {
    ($($list:expr),+) => {
        &[
            $($list,)+
            ("AT+FTPSTOR", "\r\nOK\r\n\r\n+FTPSTOR: 2\r\n"),
            ("12345\u{3}", "\r\n+FTPSTOR: 1\r\n"),
            ("AT+FTPRETR", "\r\nOK\r\n\r\n+FTPRETR: 2\r\n12345\u{3}\r\n+FTPRETR: 1\r\n"),
        ]
    };
}
const FAILS: &str = "\r\nOK\r\n\r\n+FTPLIST: 0\r\n";
const EMPTY: &str = "\r\nOK\r\n\r\n+FTPLIST: 2\r\n\r\n+FTPLIST: 1\r\n";
const OTHERS: &str =
    "\r\nOK\r\n\r\n+FTPLIST: 2\r\n-rw-r--r-- 1 f f 9 Jul 25 15:01 b\r\n\r\n+FTPLIST: 1\r\n";
const OF_A_FORM_OF_ITS_OWN: &str =
    "\r\nOK\r\n\r\n+FTPLIST: 2\r\n5 bytes in a\r\n\r\n+FTPLIST: 1\r\n";
const A: &str =
    "\r\nOK\r\n\r\n+FTPLIST: 2\r\n-rw-r--r-- 1 f f 5 Jul 25 15:01 a\r\n\r\n+FTPLIST: 1\r\n";

fn put(client: &mut Client) -> Result<u64, Error> {
    let moved = client.put(&mut &b"12345"[..], Some(5), b"a", PutOptions::new());
    moved.map(|moved| moved.bytes)
}

#[test]
fn a_size_that_cannot_be_had_is_not_verified() {
    let modules: &[(Answers, Option<ErrorKind>)] = &[
        (moving![("AT+FTPLIST", A)], None),
        (
            moving![("AT+FTPLIST=\"a\"", FAILS), ("AT+FTPLIST", A)],
            None,
        ),
        (moving![("AT+FTPLIST", FAILS)], Some(ErrorKind::SizeUnknown)),
        (
            moving![("AT+FTPLIST", "\r\nERROR\r\n")],
            Some(ErrorKind::SizeUnknown),
        ),
        (
            moving![("AT+FTPLIST", OF_A_FORM_OF_ITS_OWN)],
            Some(ErrorKind::SizeUnknown),
        ),
        (
            moving![("AT+FTPLIST=\"a\"", OTHERS), ("AT+FTPLIST", FAILS)],
            Some(ErrorKind::SizeUnknown),
        ),
        (moving![("AT+FTPLIST", EMPTY)], Some(ErrorKind::NotListed)),
        (moving![("AT+FTPLIST", OTHERS)], Some(ErrorKind::NotListed)),
        (
            moving![("AT+FTPLIST=\"a\"", FAILS), ("AT+FTPLIST", OTHERS)],
            Some(ErrorKind::NotListed),
        ),
    ];
    for (answers, kind) in modules {
        let (mut client, _) = client(&NL668, answers);
        let size = client.size(b"a").map_err(|error| error.kind());
        assert_eq!(size, kind.map_or(Ok(5), Err), "{answers:?}");
        // The module has confirmed both.
        assert_eq!(put(&mut client).expect("it goes up"), 5, "{answers:?}");
        let mut got = Vec::new();
        let moved = client.get(b"a", &mut got, GetOptions::new());
        assert_eq!(moved.expect("it comes down").bytes, 5, "{answers:?}");
        assert_eq!(got, b"12345");
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a");
        let options = GetOptions::new().part(PartMode::Leave);
        let moved = client.get_file(b"a", &path, options);
        assert_eq!(moved.expect("it comes down").bytes, 5, "{answers:?}");
        assert_eq!(std::fs::read(&path).expect("a file"), b"12345");
    }
}

#[test]
fn the_error_of_a_size_says_what_happened() {
    let (mut client, _) = client(&NL668, moving![("AT+FTPLIST", "\r\nERROR\r\n")]);
    let error = client.size(b"d/a").expect_err("no size");
    assert_eq!(
        error.describe(),
        "d/a: the server's listing does not tell the size: AT+FTPLIST: the module answered ERROR"
    );
}

/// A size that is another one stays an error.
#[test]
fn a_listed_size_that_differs_is_told() {
    let (mut client, _) = client(
        &NL668,
        moving![(
            "AT+FTPLIST",
            "\r\nOK\r\n\r\n+FTPLIST: 2\r\n-rw-r--r-- 1 f f 4 Jul 25 15:01 a\r\n\r\n+FTPLIST: 1\r\n"
        )],
    );
    let error = put(&mut client).expect_err("four bytes");
    assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}");
}
