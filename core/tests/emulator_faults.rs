//! What goes wrong with real modules, on emulators of every dialect that knows it: what the client reports, and
//! that the next login works.
#![cfg(unix)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use qftp::ErrorKind;
use qftp::client::{Client, ClientOptions, Error, GetOptions, Login, PutOptions, RetryPolicy};
use qftp::codes::ModuleCode;
use qftp::dialect::ec2x::EC2X;
use qftp::dialect::{self, Dialect, Family};
use qftp::emulator::fault::FaultError;
use qftp::emulator::{self, Emulator, Fault};
use qftp::host::{FinalError, HostError};
use qftp_test::servers::{Kind, Server};

/// Longer than all buffers on its way together, so that a fault in the middle of it is in the middle.
const LONG: u64 = 4_000_000;

/// A module and a client that is logged in through it.
struct Bench<'a> {
    server: &'a Server,
    dialect: &'static Dialect,
    module: Emulator,
    client: Client,
    cancel: Arc<AtomicBool>,
    /// Unsolicited lines.
    heard: Receiver<String>,
}

impl<'a> Bench<'a> {
    fn new(server: &'a Server, dialect: &'static Dialect) -> Self {
        let (module, line) =
            Emulator::in_process(emulator::EmulatorOptions::new(dialect)).expect("a module");
        let cancel = Arc::new(AtomicBool::new(false));
        let options = ClientOptions::new()
            .retry(RetryPolicy::NONE) // what a fault does is seen at the first try
            .cancel(Arc::clone(&cancel));
        let mut client = options.with_port(line).expect("a client");
        let (lines, heard) = channel();
        client.on_urc(move |line| {
            let _ = lines.send(line.escape_ascii().to_string());
        });
        let mut bench = Bench {
            server,
            dialect,
            module,
            client,
            cancel,
            heard,
        };
        bench.log_in().expect("a login");
        bench
    }

    fn log_in(&mut self) -> Result<(), Error> {
        let host = self.server.address.ip().to_string();
        let mut login = Login::new(host, self.server.user, self.server.password);
        login.port = self.server.address.port();
        self.client.login(&login)
    }

    fn inject(&self, fault: Fault) {
        self.module.inject(fault).expect("a fault");
    }

    /// A name of its own on the server.
    fn name(&self, what: &str) -> String {
        format!("{what}-{}", self.dialect.name)
    }

    /// A transfer with this fault in the middle of it, up and down.
    fn transfers_with(&mut self, fault: Fault) -> [Error; 2] {
        let up = self.put_with(fault);
        self.log_in().expect("a login after an upload");
        [up, self.get_with(fault, |_, _| {})]
    }

    fn put_with(&mut self, fault: Fault) -> Error {
        let name = self.name("up");
        let module = &self.module;
        let mut report = once(|| module.inject(fault).expect("a fault"));
        let plan = PutOptions::new().progress(&mut report);
        let mut source = std::io::Read::take(std::io::repeat(7), LONG);
        let put = self
            .client
            .put(&mut source, Some(LONG), name.as_bytes(), plan);
        put.expect_err("broken off")
    }

    fn get_with(&mut self, fault: Fault, mut then: impl FnMut(u64, &AtomicBool)) -> Error {
        let name = self.name("down");
        self.server.put(&name, &vec![7; 4_000_000]);
        let (module, cancel) = (&self.module, &*self.cancel);
        let mut hit = once(|| module.inject(fault).expect("a fault"));
        let mut report = |done, total| {
            hit(done, total);
            then(done, cancel);
        };
        let plan = GetOptions::new().progress(&mut report);
        let got = self.client.get(name.as_bytes(), &mut std::io::sink(), plan);
        got.expect_err("broken off")
    }

    fn put(&mut self) -> Result<u64, Error> {
        let name = self.name("small");
        let put = self.client.put(
            &mut &b"12345"[..],
            Some(5),
            name.as_bytes(),
            PutOptions::new(),
        );
        put.map(|moved| moved.bytes)
    }

    /// What helps against all of it.
    fn works_after_a_login(&mut self) {
        self.log_in().expect("a login");
        assert_eq!(self.put().expect("an upload"), 5, "{}", self.dialect.name);
    }

    /// Reads the line until the module has said this much unasked; returns all of it.
    fn heard(&mut self, last: &str) -> Vec<String> {
        let mut all = Vec::new();
        loop {
            self.client.poll(Duration::from_secs(10)).expect("polled");
            all.extend(self.heard.try_iter());
            if all.last().is_some_and(|line| line == last) {
                return all;
            }
        }
    }

    /// Reads the line until the module has started.
    fn hear_banner(&mut self) {
        let last = self.dialect.banner.last().expect("a banner");
        self.heard(last.text);
    }

    /// `code`, or what stands for it in a dialect that gives no reasons.
    fn code(&self, code: ModuleCode) -> ModuleCode {
        match self.dialect.family {
            Family::Fibocom => ModuleCode::UNKNOWN,
            Family::Lte | Family::Gsm => code,
        }
    }

    fn has_no_session(&mut self) {
        // A GSM module remembers a path for its next session (001 §2.2.5).
        let error = self.client.mkdir(b"d").expect_err("no session");
        match self.dialect.family {
            Family::Lte => assert_eq!(error.module_code(), Some(ModuleCode::BUSY), "{error}"),
            Family::Gsm => assert_eq!(error.raw_code(), Some(-1), "{error}"),
            Family::Fibocom => assert!(
                matches!(
                    error,
                    Error::Host(HostError::FinalError {
                        final_error: FinalError::Cme(2024),
                        ..
                    })
                ),
                "{error}"
            ),
        }
    }
}

/// Returns the number of a `+CME ERROR`.
fn final_error(error: &Error) -> Option<u16> {
    match error {
        Error::Host(HostError::FinalError {
            final_error: FinalError::Cme(number),
            ..
        }) => Some(*number),
        _ => None,
    }
}

/// Called with bytes moved: does it once, when the first of them have.
fn once(mut act: impl FnMut()) -> impl FnMut(u64, Option<u64>) {
    let mut done = false;
    move |moved, _| {
        if moved > 0 && !done {
            done = true;
            act();
        }
    }
}

/// All dialects that know the fault, at the same time.
fn each(fault: Fault, work: impl Fn(&mut Bench<'_>) + Sync) {
    let server = Server::start(Kind::Pyftpdlib);
    std::thread::scope(|scope| {
        for dialect in dialect::ALL {
            if fault.check(dialect).is_ok() {
                let (server, work) = (&server, &work);
                scope.spawn(move || work(&mut Bench::new(server, dialect)));
            }
        }
    });
}

#[test]
fn reboot() {
    each(Fault::Reboot, |bench| {
        bench.inject(Fault::Reboot);
        let banner: Vec<&str> = bench.dialect.banner.iter().map(|line| line.text).collect();
        assert_eq!(bench.heard(banner[banner.len() - 1]), banner);
        bench.has_no_session();
        bench.works_after_a_login();
        let error = bench.put_with(Fault::Reboot);
        assert!(error.kind() == ErrorKind::Restarted, "{error}");
        bench.works_after_a_login();
    });
}

#[test]
fn reboot_keeps_files_and_stored_settings_alone() {
    let (module, line) =
        Emulator::in_process(emulator::EmulatorOptions::new(&EC2X)).expect("a module");
    let options = ClientOptions::new().retry(RetryPolicy::NONE);
    let mut client = options.with_port(line).expect("a client");
    for name in [&b"UFS:a"[..], b"RAM:a"] {
        let mut files = client.store();
        files.upload(&mut &b"12345"[..], 5, name).expect("stored");
    }
    let open = client.command(b"AT+QFOPEN=\"UFS:a\"").expect("open");
    assert_eq!(open, [b"+QFOPEN: 0"]);
    client.command(b"ATS0=3&W").expect("stored settings");
    client.command(b"ATS0=5").expect("a setting");
    let config = b"AT+QFTPCFG=\"rsptimeout\"";
    let before = client.command(config).expect("a setting");
    client
        .command(b"AT+QFTPCFG=\"rsptimeout\",33")
        .expect("another");
    module.inject(Fault::Reboot).expect("a fault");
    client.poll(Duration::from_secs(10)).expect("the banner");
    assert_eq!(client.command(b"ATS0?").expect("a register"), [b"003"]);
    assert_eq!(client.command(config).expect("a setting"), before);
    let error = client
        .command(b"AT+QFCLOSE=0")
        .expect_err("a handle of before");
    assert_eq!(final_error(&error), Some(416), "{error}");
    let mut files = client.store();
    let kept = files.list(b"UFS:*").expect("a listing");
    assert_eq!(kept.len(), 1);
    let error = files.list(b"RAM:a").expect_err("a file of before");
    assert_eq!(final_error(&error), Some(405), "{error}");
}

#[test]
fn pdp_deactivate() {
    each(Fault::PdpDeactivate, |bench| {
        bench.inject(Fault::PdpDeactivate);
        match bench.dialect.family {
            Family::Lte => drop(bench.heard("+QIURC: \\\"pdpdeact\\\",1")),
            Family::Gsm => assert_eq!(
                bench.heard("+QFTPERROR:-8"),
                ["+PDP DEACT", "+QFTPERROR:-8"]
            ),
            Family::Fibocom => drop(bench.heard("+MIPCALL: 0")),
        }
        bench.has_no_session();
        bench.works_after_a_login();
        let code = match bench.dialect.family {
            Family::Gsm => ModuleCode::NETWORK,
            Family::Lte | Family::Fibocom => ModuleCode::CONTROL_CLOSED,
        };
        for error in bench.transfers_with(Fault::PdpDeactivate) {
            assert_eq!(error.module_code(), Some(bench.code(code)), "{error}");
        }
        bench.works_after_a_login();
    });
}

#[test]
fn no_network() {
    each(Fault::NoNetwork, |bench| {
        let signal = |bench: &mut Bench<'_>| bench.client.command(b"AT+CSQ").expect("a signal");
        bench.inject(Fault::NoNetwork);
        bench.client.poll(Duration::from_secs(10)).expect("a word");
        assert_eq!(signal(bench), [b"+CSQ: 99,99"]);
        let registered = bench.client.command(b"AT+CGREG?").expect("a state");
        assert_eq!(registered, [b"+CGREG: 0,2"]);
        // It is gone for a module that starts anew, too.
        bench.inject(Fault::Reboot);
        bench.hear_banner();
        for _ in 0..2 {
            let error = bench.log_in().expect_err("no network");
            match bench.dialect.family {
                Family::Lte => {
                    assert!(
                        matches!(&error, Error::Host(HostError::FinalError { command, .. }) if command == "AT+QIACT"),
                        "{error}"
                    );
                }
                _ => assert_eq!(error.module_code(), Some(ModuleCode::NETWORK), "{error}"),
            }
        }
        bench.module.clear(Fault::NoNetwork).expect("cleared");
        assert_eq!(signal(bench), [b"+CSQ: 28,99"]);
        bench.works_after_a_login();
    });
}

#[test]
fn drop_control() {
    each(Fault::DropControl, |bench| {
        bench.inject(Fault::DropControl);
        bench.has_no_session();
        bench.works_after_a_login();
        for error in bench.transfers_with(Fault::DropControl) {
            let code = bench.code(ModuleCode::CONTROL_CLOSED);
            assert_eq!(error.module_code(), Some(code), "{error}");
        }
        bench.works_after_a_login();
    });
}

#[test]
fn drop_data() {
    each(Fault::DropData, |bench| {
        // Of the next transfer, where none is under way; called off, of none.
        bench.inject(Fault::DropData);
        bench.module.clear(Fault::DropData).expect("called off");
        assert_eq!(bench.put().expect("an upload"), 5);
        bench.inject(Fault::DropData);
        let error = bench.put().expect_err("broken off");
        assert_eq!(
            error.module_code(),
            Some(bench.code(ModuleCode::DATA_CLOSED)),
            "{error}"
        );
        for error in bench.transfers_with(Fault::DropData) {
            // The server may have said 426 by then, and every dialect passes that on.
            let codes = [bench.code(ModuleCode::DATA_CLOSED), ModuleCode::ABORTED];
            assert!(
                error
                    .module_code()
                    .is_some_and(|code| codes.contains(&code)),
                "{error}"
            );
        }
        // The session is none the worse for it.
        assert_eq!(bench.put().expect("an upload"), 5);
    });
}

#[test]
fn no_data() {
    each(Fault::NoData, |bench| {
        bench.inject(Fault::NoData);
        for _ in 0..2 {
            let error = bench.put().expect_err("no data connection");
            let code = bench.code(ModuleCode::DATA_CONNECTION);
            assert_eq!(error.module_code(), Some(code), "{error}");
            // Neither does a new session help.
            bench.log_in().expect("a login");
        }
        bench.inject(Fault::Reboot);
        bench.hear_banner();
        bench.works_after_a_login();
        bench.inject(Fault::NoData);
        let error = bench.put().expect_err("no data connection");
        let code = bench.code(ModuleCode::DATA_CONNECTION);
        assert_eq!(error.module_code(), Some(code), "{error}");
        bench.module.clear(Fault::NoData).expect("cleared");
        assert_eq!(bench.put().expect("an upload"), 5);
    });
}

#[test]
fn busy() {
    each(Fault::Busy, |bench| {
        bench.inject(Fault::Busy);
        for _ in 0..2 {
            let error = bench.put().expect_err("busy");
            assert_eq!(error.module_code(), Some(ModuleCode::BUSY), "{error}");
        }
        bench.works_after_a_login();
        bench.inject(Fault::Busy);
        bench.client.logout().expect("that it takes");
        bench.works_after_a_login();
    });
}

#[test]
fn would_block() {
    each(Fault::WouldBlock, |bench| {
        bench.inject(Fault::WouldBlock);
        bench.module.clear(Fault::WouldBlock).expect("called off");
        assert_eq!(bench.put().expect("an upload"), 5);
        bench.inject(Fault::WouldBlock);
        let error = bench.put().expect_err("602");
        assert_eq!(
            error.module_code(),
            Some(ModuleCode::WOULD_BLOCK),
            "{error}"
        );
        // Once, and the session is none the worse for it.
        assert_eq!(bench.put().expect("an upload"), 5);
        bench.inject(Fault::WouldBlock);
        let error = bench.client.cwd(b"/").expect_err("602");
        assert_eq!(
            error.module_code(),
            Some(ModuleCode::WOULD_BLOCK),
            "{error}"
        );
    });
}

#[test]
fn peer_closed() {
    each(Fault::PeerClosed, |bench| {
        bench.inject(Fault::PeerClosed);
        let error = bench.put().expect_err("608");
        assert_eq!(
            error.module_code(),
            Some(ModuleCode::PEER_CLOSED),
            "{error}"
        );
        for error in bench.transfers_with(Fault::PeerClosed) {
            assert_eq!(
                error.module_code(),
                Some(ModuleCode::PEER_CLOSED),
                "{error}"
            );
        }
        assert_eq!(bench.put().expect("an upload"), 5);
        // Called off, a transfer that breaks is reported as ever.
        bench.inject(Fault::PeerClosed);
        bench.module.clear(Fault::PeerClosed).expect("called off");
        assert_eq!(bench.put().expect("an upload"), 5);
    });
}

#[test]
fn lose_urc() {
    each(Fault::LoseUrc, |bench| {
        // The state of the service comes by such an answer in LTE dialects, and has little time for it; so do settings
        // of gsm.
        bench.client.logout().expect("closed");
        bench.inject(Fault::LoseUrc);
        match bench.dialect.family {
            Family::Lte => {
                let error = bench.client.service_state().expect_err("no answer");
                assert!(error.kind() == ErrorKind::NoAnswer, "{error}");
            }
            // A login asks again, one command after the other.
            Family::Gsm => bench.log_in().expect("asked again"),
            Family::Fibocom => bench.inject(Fault::PdpDeactivate),
        }
        bench.works_after_a_login();
        assert_eq!(bench.heard.try_iter().count(), 0);
    });
}

#[test]
fn noise() {
    each(Fault::Noise, |bench| {
        bench.inject(Fault::Noise);
        assert_eq!(bench.put().expect("an upload"), 5);
        assert_eq!(bench.heard.try_iter().count(), 1);
        // In the middle of a file it is as good as any other bytes, but the module counts better.
        let error = bench.get_with(Fault::Noise, |done, cancel| {
            if done > LONG {
                cancel.store(true, Ordering::Relaxed);
            }
        });
        let kinds = [ErrorKind::Cancelled, ErrorKind::Incomplete];
        assert!(kinds.contains(&error.kind()), "{error}");
        // No byte of a piece that has too many of them is confirmed.
        assert!(error.bytes_confirmed() < Some(LONG), "{error}");
        bench.cancel.store(false, Ordering::Relaxed);
        bench.works_after_a_login();
    });
}

#[test]
fn silent() {
    each(Fault::Silent { after: 0 }, |bench| {
        bench.inject(Fault::Silent { after: 0 });
        let error = bench.log_in().expect_err("silence");
        assert!(error.kind() == ErrorKind::NoAnswer, "{error}");
        bench
            .module
            .clear(Fault::Silent { after: 0 })
            .expect("cleared");
        bench.works_after_a_login();
    });
}

#[test]
fn silent_after_so_many_bytes() {
    let answer = b"AT\r\r\nOK\r\n";
    for after in 0..=answer.len() {
        let (module, mut line) =
            Emulator::in_process(emulator::EmulatorOptions::new(&EC2X)).expect("a module");
        let mut ask = || {
            let mut printed = vec![0; 100];
            line.write(b"AT\r", Duration::from_secs(10))
                .expect("written");
            // Orders that change nothing: when the last is obeyed, what was written before has been answered.
            for _ in 0..3 {
                module.clear(Fault::Noise).expect("an order");
            }
            let count = line.read(&mut printed, Duration::ZERO).expect("read");
            printed.truncate(count);
            printed
        };
        let fault = Fault::Silent {
            after: after as u64,
        };
        module.inject(fault).expect("a fault");
        assert_eq!(ask(), &answer[..after]);
        assert_eq!(ask(), b"");
        module.clear(fault).expect("cleared");
        assert_eq!(ask(), answer);
    }
}

#[test]
fn a_fault_is_refused_by_an_emulator_that_has_ended_or_cannot_have_it() {
    let gsm = dialect::by_name("gsm").expect("gsm");
    let (module, line) =
        Emulator::in_process(emulator::EmulatorOptions::new(gsm)).expect("a module");
    let error = module.inject(Fault::Busy).expect_err("not of gsm");
    assert!(
        matches!(
            error,
            FaultError::Elsewhere {
                name: "busy",
                dialect: "gsm",
                ..
            }
        ),
        "{error}"
    );
    drop(line);
    // It ends soon, not at once.
    let error = loop {
        if let Err(error) = module.inject(Fault::Noise) {
            break error;
        }
    };
    assert_eq!(error, FaultError::Ended);
}
