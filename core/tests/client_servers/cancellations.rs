//! Calls that are ended in the middle, by the user, by this side's reader or writer, by the end of the program: the
//! next call, and the next program, find a line that works.

use std::io::{self, Read, Write};
use std::net::TcpListener;
use std::os::fd::BorrowedFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use qftp::ErrorKind;
use qftp::client::{Client, ClientOptions, Error, GetOptions, Login, PutOptions};
use qftp::dialect::{self, Dialect};
use qftp::emulator::{self, Emulator};
use qftp::port::Port;

use crate::every_byte;
use qftp_test::servers::{Kind, Server};

const LARGE: usize = 3_000_000;
/// Where in the file it ends.
const PLACE: u64 = 100_000;

/// A client whose calls the flag ends, on a module that is logged in.
struct Bench {
    client: Client,
    flag: Arc<AtomicBool>,
    login: Login,
    server: Server,
    /// The line, which outlives the client.
    line: Line,
    _module: Emulator,
}

impl Bench {
    fn new(dialect: &'static Dialect) -> Self {
        let server = Server::start(Kind::Pyftpdlib);
        let (module, port) =
            Emulator::in_process(emulator::EmulatorOptions::new(dialect)).expect("a module");
        let line = Line(Arc::new(Mutex::new(port)));
        let mut login = Login::new(
            server.address.ip().to_string(),
            server.user,
            server.password,
        );
        login.port = server.address.port();
        let (client, flag) = open(&line);
        let mut bench = Bench {
            client,
            flag,
            login,
            server,
            line,
            _module: module,
        };
        bench.log_in();
        bench
    }

    fn log_in(&mut self) {
        self.client.login(&self.login).expect("a login");
    }

    /// Uploads until the progress says stop.
    fn put(&mut self) -> Error {
        let flag = Arc::clone(&self.flag);
        let mut stop = |done: u64, _| flag.store(done >= PLACE, Ordering::Relaxed);
        let options = PutOptions::new().progress(&mut stop);
        let content = every_byte(LARGE);
        let put = self.client.put(
            &mut content.as_slice(),
            Some(LARGE as u64),
            b"up.bin",
            options,
        );
        self.flag.store(false, Ordering::Relaxed);
        put.expect_err("it was ended")
    }

    fn get(&mut self) -> Error {
        self.server.put("down.bin", &every_byte(LARGE));
        let flag = Arc::clone(&self.flag);
        let mut stop = |done: u64, _| flag.store(done >= PLACE, Ordering::Relaxed);
        let options = GetOptions::new().progress(&mut stop);
        let got = self.client.get(b"down.bin", &mut io::sink(), options);
        self.flag.store(false, Ordering::Relaxed);
        got.expect_err("it was ended")
    }

    /// A session can be had, and files go both ways.
    fn works(&mut self) {
        self.log_in();
        crate::put(&mut self.client, "small.bin", b"small", 0);
        assert_eq!(crate::get(&mut self.client, "small.bin", 0), b"small");
        assert_eq!(self.server.get("small.bin").as_deref(), Some(&b"small"[..]));
    }
}

fn open(line: &Line) -> (Client, Arc<AtomicBool>) {
    let flag = Arc::new(AtomicBool::new(false));
    let options = ClientOptions::new().cancel(Arc::clone(&flag));
    let client = options.with_port(Box::new(line.clone())).expect("a client");
    (client, flag)
}

/// A line that stays as it is when a client is dropped.
#[derive(Clone)]
struct Line(Arc<Mutex<Box<dyn Port>>>);

impl Line {
    fn port(&self) -> std::sync::MutexGuard<'_, Box<dyn Port>> {
        self.0.lock().expect("the port")
    }
}

impl Port for Line {
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<usize> {
        self.port().read(buffer, timeout)
    }

    fn write(&mut self, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
        self.port().write(bytes, timeout)
    }

    fn set_dtr(&mut self, on: bool) -> io::Result<()> {
        self.port().set_dtr(on)
    }

    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        None
    }

    fn name(&self) -> &'static str {
        "a line"
    }
}

/// The dialects at the same time: most of it is silence around `+++`.
fn on_every_dialect(work: impl Fn(&'static Dialect) + Sync) {
    std::thread::scope(|scope| {
        for dialect in dialect::ALL {
            let work = &work;
            scope.spawn(move || work(dialect));
        }
    });
}

fn is_cancelled(error: &Error) -> bool {
    error.kind() == ErrorKind::Cancelled && error.bytes_confirmed() < Some(LARGE as u64)
}

#[test]
fn the_next_call_works_after_a_cancelled_upload() {
    for dialect in dialect::ALL {
        let mut bench = Bench::new(dialect);
        let error = bench.put();
        assert!(is_cancelled(&error), "{}: {error}", dialect.name);
        // The session is still there.
        crate::put(&mut bench.client, "small.bin", b"small", 0);
        bench.works();
    }
}

#[test]
fn the_next_call_works_after_a_cancelled_download() {
    on_every_dialect(|dialect| {
        let mut bench = Bench::new(dialect);
        let error = bench.get();
        assert!(is_cancelled(&error), "{}: {error}", dialect.name);
        bench.works();
    });
}

#[test]
fn between_the_calls_no_payload_is_taken_for_lines() {
    on_every_dialect(|dialect| {
        let mut bench = Bench::new(dialect);
        let heard = Arc::new(Mutex::new(Vec::new()));
        let lines = Arc::clone(&heard);
        bench
            .client
            .on_urc(move |line| lines.lock().expect("the lines").push(line.to_vec()));
        bench.get();
        for _ in 0..20 {
            bench.client.poll(Duration::from_millis(5)).expect("polled");
        }
        let within = Duration::from_secs(60);
        bench.client.resync(within).expect("in sync");
        bench.works();
        let mut heard = std::mem::take(&mut *heard.lock().expect("the lines"));
        heard.retain(|line| !line.starts_with(b"+QFTP") && !line.starts_with(b"+FTP"));
        assert_eq!(heard, Vec::<Vec<u8>>::new(), "{}", dialect.name);
    });
}

struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("the reader broke"))
    }
}

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::Error::other("the writer broke"))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_next_call_works_after_a_reader_or_writer_that_fails() {
    on_every_dialect(|dialect| {
        let mut bench = Bench::new(dialect);
        bench.server.put("down.bin", &every_byte(LARGE));
        let got = bench
            .client
            .get(b"down.bin", &mut Broken, GetOptions::new());
        let error = got.expect_err("the writer broke");
        assert!(
            matches!(error, Error::Local { .. }),
            "{}: {error}",
            dialect.name
        );
        bench.works();
        let size = Some(LARGE as u64);
        let put = bench
            .client
            .put(&mut Broken, size, b"up.bin", PutOptions::new());
        let error = put.expect_err("the reader broke");
        assert!(
            matches!(error, Error::Local { .. }),
            "{}: {error}",
            dialect.name
        );
        bench.works();
    });
}

#[test]
fn a_login_on_a_server_that_says_nothing_is_ended() {
    on_every_dialect(|dialect| {
        let mut bench = Bench::new(dialect);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a socket");
        let mut mute = bench.login.clone();
        mute.port = listener.local_addr().expect("an address").port();
        let flag = Arc::clone(&bench.flag);
        let user = std::thread::spawn(move || {
            let stream = listener.accept().expect("the module comes");
            flag.store(true, Ordering::Relaxed);
            stream
        });
        let error = bench.client.login(&mute).expect_err("it was ended");
        assert!(is_cancelled(&error), "{}: {error}", dialect.name);
        bench.flag.store(false, Ordering::Relaxed);
        // The module still waits for the server; the line is free.
        bench.client.command(b"AT").expect("an answer");
        drop(user.join().expect("the server"));
        bench.works();
    });
}

/// A program ends in the middle of a transfer, without a word to the module.
#[test]
fn the_next_program_finds_a_module_that_is_in_data_mode() {
    on_every_dialect(|dialect| {
        for up in [true, false] {
            let mut bench = Bench::new(dialect);
            let error = if up { bench.put() } else { bench.get() };
            assert!(is_cancelled(&error), "{}: {error}", dialect.name);
            (bench.client, bench.flag) = open(&bench.line);
            assert_eq!(bench.client.dialect().name, dialect.name);
            bench.works();
        }
    });
}

#[test]
fn a_line_that_is_lost_is_told_by_every_call() {
    let (module, port) =
        Emulator::in_process(emulator::EmulatorOptions::new(dialect::ALL[0])).expect("a module");
    let mut client = ClientOptions::new().with_port(port).expect("a client");
    drop(module);
    for _ in 0..2 {
        let error = client.command(b"AT").expect_err("no module is there");
        assert!(matches!(error, Error::Line(_)), "{error}");
    }
}
