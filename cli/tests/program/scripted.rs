//! A module on a socket that answers from a table: what a real one cannot be made to do at will.

use std::io::{BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Child;
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::Duration;

/// What the module does when a line has been typed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Act {
    /// A line, with a line end on both sides.
    Say(&'static str),
    /// Takes this many bytes of payload.
    Take(usize),
    /// Gives payload.
    Give(&'static [u8]),
    /// Reads nothing until the test has come to [`Scripted::meet`].
    Meet,
    /// Hangs up.
    HangUp,
}

use Act::Say;

/// The start of a line that is typed, and what is done then.
pub(crate) type Row = (&'static str, &'static [Act]);

const OK: &[Act] = &[Say("OK")];

/// What a healthy module answers around FTP.
const COMMON: &[Row] = &[
    (
        "ATI",
        &[
            Say("Quectel"),
            Say("EC25"),
            Say("Revision: EC25EFAR06A17M4G"),
            Say("OK"),
        ],
    ),
    ("ATE0", OK),
    ("AT+CMEE?", &[Say("+CMEE: 1"), Say("OK")]),
    ("AT+CMEE=", OK),
    ("AT+QFTPSTAT", &[Say("OK"), Say("+QFTPSTAT: 0,4")]),
    ("AT+QFTPCLOSE", &[Say("OK"), Say("+QFTPCLOSE: 0,0")]),
    (
        "AT+QIACT?",
        &[Say("+QIACT: 1,1,1,\"10.7.157.1\""), Say("OK")],
    ),
    ("AT+QFTPCFG=", OK),
    ("AT+QFTPOPEN=", &[Say("OK"), Say("+QFTPOPEN: 0,0")]),
    ("+++", OK),
];

/// A module that listens; it serves one host after another until the test ends.
pub(crate) struct Scripted {
    address: String,
    typed: Arc<Mutex<Vec<String>>>,
    meeting: Arc<Barrier>,
}

impl Scripted {
    /// One that answers `AT` and what a healthy module answers, after the rows given here.
    pub(crate) fn new(rows: &'static [Row]) -> Self {
        Scripted::start(move |line| {
            let row = rows
                .iter()
                .chain(COMMON)
                .find(|(start, _)| line.starts_with(start));
            match row {
                Some((_, acts)) => acts,
                None if line == "AT" => OK,
                None => &[Say("ERROR")],
            }
        })
    }

    /// One that says nothing.
    pub(crate) fn mute() -> Self {
        Scripted::start(|_| &[])
    }

    fn start(answer: impl Fn(&str) -> &'static [Act] + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a socket");
        let address = listener.local_addr().expect("an address").to_string();
        let typed = Arc::new(Mutex::new(Vec::new()));
        let lines = Arc::clone(&typed);
        let meeting = Arc::new(Barrier::new(2));
        let met = Arc::clone(&meeting);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // The host went away; the next one may come.
                let _ = serve(stream, &answer, &lines, &met);
            }
        });
        Scripted {
            address,
            typed,
            meeting,
        }
    }

    /// What `--port` takes.
    pub(crate) fn url(&self) -> String {
        format!("socket://{}", self.address)
    }

    /// What was typed so far.
    pub(crate) fn typed(&self) -> Vec<String> {
        self.typed.lock().expect("the lines").clone()
    }

    /// Waits for [`Act::Meet`], and ends it.
    pub(crate) fn meet(&self) {
        self.meeting.wait();
    }

    /// Waits until the program has typed a line that starts so.
    pub(crate) fn await_line(&self, start: &str, program: &mut Child) {
        while !self.typed().iter().any(|line| line.starts_with(start)) {
            let ended = program.try_wait().expect("the program");
            assert!(
                ended.is_none(),
                "it ended before {start}: {:?}",
                self.typed()
            );
            thread::sleep(Duration::from_millis(1));
        }
    }
}

fn serve(
    mut stream: TcpStream,
    answer: &impl Fn(&str) -> &'static [Act],
    typed: &Mutex<Vec<String>>,
    meeting: &Barrier,
) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut input = BufReader::new(stream.try_clone()?);
    loop {
        let line = read_line(&mut input)?;
        typed.lock().expect("the lines").push(line.clone());
        for act in answer(&line) {
            match act {
                Say(text) => write!(stream, "\r\n{text}\r\n")?,
                Act::Take(count) => drop(take(&mut input, *count)?),
                Act::Give(bytes) => stream.write_all(bytes)?,
                Act::Meet => drop(meeting.wait()),
                Act::HangUp => return Ok(()),
            }
        }
    }
}

/// A line up to its CR, or `+++`, which has none.
fn read_line(stream: &mut impl Read) -> std::io::Result<String> {
    let mut line = Vec::new();
    loop {
        match take(stream, 1)?.as_slice() {
            b"\r" => break,
            byte => line.extend_from_slice(byte),
        }
        // Behind payload that is not taken it counts as well.
        if line.ends_with(b"+++") {
            return Ok("+++".into());
        }
    }
    Ok(String::from_utf8_lossy(&line).into_owned())
}

fn take(stream: &mut impl Read, count: usize) -> std::io::Result<Vec<u8>> {
    let mut bytes = vec![0; count];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}
