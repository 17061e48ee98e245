//! Fault plans, on emulators of every dialect that can have the fault: what reaches the host and the server.
#![cfg(unix)]

use std::io::{self, Read as _};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use qftp::ErrorKind;
use qftp::client::{Client, ClientOptions, Error, GetOptions, Login, PutOptions, RetryPolicy};
use qftp::codes::{FtpCode, ModuleCode};
use qftp::dialect::ec2x::EC2X;
use qftp::dialect::gsm::GSM;
use qftp::dialect::{self, CommandKind, Dialect, Family};
use qftp::emulator::fault_plan::{FaultPlan, FaultPlanError};
use qftp::emulator::{Emulator, EmulatorOptions, Fault, FaultRule, TraceEvent, TraceKind};
use qftp::host::{FinalError, HostError};
use qftp::port::Port;
use qftp_test::servers::{Kind, Server};

const PATIENCE: Duration = Duration::from_secs(10);

/// Longer than all buffers on its way together.
const LONG: usize = 2_000_000;

/// A module with a trace, and the host's end of its line.
struct Line {
    module: Emulator,
    port: Box<dyn Port>,
    events: Receiver<TraceEvent>,
}

impl Line {
    fn new(dialect: &'static Dialect, plan: &str, seed: u64) -> Self {
        let (sender, events) = channel();
        let mut options = EmulatorOptions::new(dialect);
        options.fault_plan = plan.parse().expect(plan);
        options.fault_plan.seed = seed;
        options.trace = Some(sender);
        let (module, port) = Emulator::in_process(options).expect("a module");
        Line {
            module,
            port,
            events,
        }
    }

    /// Types, and reads so many bytes.
    fn ask(&mut self, typed: &[u8], count: usize) -> Vec<u8> {
        let written = self.port.write(typed, PATIENCE).expect("written");
        assert_eq!(written, typed.len());
        self.read(count)
    }

    fn read(&mut self, count: usize) -> Vec<u8> {
        let mut heard = vec![0; count];
        let mut filled = 0;
        while filled < count {
            let read = self.port.read(&mut heard[filled..], PATIENCE);
            let read = read.expect("read");
            let so_far = heard[..filled].escape_ascii().to_string();
            assert!(read > 0, "{filled} of {count}: {so_far}");
            filled += read;
        }
        heard
    }

    /// Carries out orders that change nothing: when the last is obeyed, what was typed before has been answered.
    fn settle(&self) {
        for _ in 0..3 {
            self.module.clear(Fault::Noise).expect("an order");
        }
    }

    /// Reads what is there by now.
    fn read_now(&mut self) -> Vec<u8> {
        self.settle();
        let mut heard = vec![0; 4096];
        let count = self.port.read(&mut heard, Duration::ZERO).expect("read");
        heard.truncate(count);
        heard
    }

    fn fired(&self) -> Vec<String> {
        self.settle();
        let events = self.events.try_iter();
        events.filter_map(|event| rule_of(&event)).collect()
    }
}

/// Returns the rule of an event that tells of one.
fn rule_of(event: &TraceEvent) -> Option<String> {
    match &event.kind {
        TraceKind::FaultRule { rule } => Some(rule.to_string()),
        _ => None,
    }
}

const ASK: &[u8] = b"AT+CSQ\r";
const ANSWER: &[u8] = b"AT+CSQ\r\r\n+CSQ: 28,99\r\n\r\nOK\r\n";

#[test]
fn bytes_for_the_host_are_lost_doubled_and_inserted() {
    for dialect in dialect::ALL {
        for (plan, expected) in [
            ("", &b"AT+CSQ\r\r\n+CSQ: 28,99\r\n\r\nOK\r\n"[..]),
            (
                "lose bytes=3 after=9",
                b"AT+CSQ\r\r\nQ: 28,99\r\n\r\nOK\r\n",
            ),
            ("double after=9", b"AT+CSQ\r\r\n++CSQ: 28,99\r\n\r\nOK\r\n"),
            (
                "insert text=\"\\r\\n\\xff\" after=2 on=+CSQ",
                b"AT+CSQ\r\r\n\r\n\xff+CSQ: 28,99\r\n\r\nOK\r\n",
            ),
            (
                "foreign-urc text=\"+CREG: 2\" on=+CSQ",
                b"AT+CSQ\r\r\n+CREG: 2\r\n\r\n+CSQ: 28,99\r\n\r\nOK\r\n",
            ),
            (
                "foreign-answer text=\"+CSQ: 20,99\" on=+CSQ after=2",
                b"AT+CSQ\r\r\n\r\n+CSQ: 20,99\r\n\r\nOK\r\n+CSQ: 28,99\r\n\r\nOK\r\n",
            ),
            ("slicer delay=0", b"AT+CSQ\r\r\n+CSQ: 28,99\r\n\r\nOK\r\n"),
            (
                "slicer size=5 delay=1..3ms",
                b"AT+CSQ\r\r\n+CSQ: 28,99\r\n\r\nOK\r\n",
            ),
        ] {
            let mut line = Line::new(dialect, plan, 0);
            let heard = line.ask(ASK, expected.len());
            let name = dialect.name;
            let (heard, expected) = (heard.escape_ascii(), expected.escape_ascii());
            assert_eq!(heard.to_string(), expected.to_string(), "{name}: {plan}");
            assert_eq!(line.fired().len(), usize::from(!plan.is_empty()), "{plan}");
            // It fired once.
            if !plan.starts_with("slicer") {
                assert_eq!(line.ask(ASK, ANSWER.len()), ANSWER, "{name}: {plan}");
            }
        }
    }
}

#[test]
fn bytes_for_the_module_are_lost_changed_doubled_and_inserted() {
    for dialect in dialect::ALL {
        for (plan, expected) in [
            ("lose after=5 stream=upstream", &b"AT+CS\r\r\nERROR\r\n"[..]),
            ("double after=5 stream=upstream", b"AT+CSQQ\r\r\nERROR\r\n"),
            (
                "insert text=\"AT+CSQ\\r\" stream=upstream after=7",
                b"AT+CSQ\r\r\n+CSQ: 28,99\r\n\r\nOK\r\nAT+CSQ\r\r\n+CSQ: 28,99\r\n\r\nOK\r\n",
            ),
            ("slicer delay=0 stream=upstream", ANSWER),
        ] {
            let mut line = Line::new(dialect, "", 0);
            line.ask(b"AT+CMEE=0\r", "AT+CMEE=0\r\r\nOK\r\n".len());
            let rule: FaultRule = plan.parse().expect(plan);
            line.module.add_fault(rule).expect("added");
            let heard = line.ask(ASK, expected.len());
            let name = dialect.name;
            let (heard, expected) = (heard.escape_ascii(), expected.escape_ascii());
            assert_eq!(heard.to_string(), expected.to_string(), "{name}: {plan}");
        }
        let mut line = Line::new(dialect, "change after=5 stream=upstream", 3);
        let heard = line.ask(ASK, 6);
        assert_eq!(&heard[..5], b"AT+CS");
        assert_ne!(heard[5], b'Q');
    }
}

#[test]
fn a_seed_repeats_what_is_changed() {
    let heard =
        |seed| Line::new(&EC2X, "change count=all toxicity=0.2", seed).ask(ASK, ANSWER.len());
    let first = heard(1);
    let differ = first
        .iter()
        .zip(ANSWER)
        .filter(|(heard, told)| heard != told);
    assert!((1..ANSWER.len()).contains(&differ.count()));
    assert_eq!(first, heard(1));
    assert_ne!(first, heard(2));
}

#[test]
fn a_line_that_stalls_holds_what_comes() {
    for dialect in dialect::ALL {
        for stream in ["downstream", "upstream"] {
            let plan = format!("stall for=3600s after=3 stream={stream}");
            let mut line = Line::new(dialect, &plan, 0);
            assert_eq!(line.ask(ASK, 3), b"AT+", "{plan}");
            assert_eq!(line.read_now(), b"", "{plan}");
            line.module.clear_faults().expect("cleared");
            assert_eq!(line.read(ANSWER.len() - 3), &ANSWER[3..], "{plan}");
        }
        // By itself, a stall ends.
        let mut line = Line::new(dialect, "stall for=20ms after=3", 0);
        assert_eq!(line.ask(ASK, ANSWER.len()), ANSWER);
    }
}

#[test]
fn a_silent_line_loses_what_comes_at_its_byte() {
    let mut line = Line::new(&EC2X, "silent after=12", 0);
    assert_eq!(line.ask(ASK, 12), &ANSWER[..12]);
    assert_eq!(line.read_now(), b"");
    line.module
        .clear(Fault::Silent { after: 0 })
        .expect("cleared");
    assert_eq!(line.ask(ASK, ANSWER.len()), ANSWER);
}

/// A client that is logged in through a module.
struct Bench<'a> {
    server: &'a Server,
    dialect: &'static Dialect,
    module: Emulator,
    client: Client,
    events: Receiver<TraceEvent>,
    /// Unsolicited lines.
    urcs: Receiver<Vec<u8>>,
}

impl<'a> Bench<'a> {
    fn new(server: &'a Server, dialect: &'static Dialect) -> Self {
        let line = Line::new(dialect, "", 0);
        // What the plan does is seen at the first try.
        let options = ClientOptions::new().retry(RetryPolicy::NONE);
        let client = options.with_port(line.port);
        let mut client = client.expect("a client");
        let (sender, urcs) = channel();
        client.on_urc(move |line| {
            let _ = sender.send(line.to_vec());
        });
        let mut bench = Bench {
            server,
            dialect,
            module: line.module,
            client,
            events: line.events,
            urcs,
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

    /// Adds a rule, in which `PUT` and `GET` stand for the dialect's commands.
    fn fault(&self, rule: &str) {
        let name = |kind| self.dialect.command(kind).expect("a command").name;
        let rule = rule
            .replace("PUT", name(CommandKind::FtpPut))
            .replace("GET", name(CommandKind::FtpGet));
        let rule: FaultRule = rule.parse().expect("a rule");
        self.module.add_fault(rule).expect("added");
    }

    fn name(&self, what: &str) -> String {
        format!("{what}-{}", self.dialect.name)
    }

    fn put(&mut self, size: usize) -> Result<u64, Error> {
        let name = self.name("up");
        let mut source = io::repeat(7).take(size as u64);
        let plan = PutOptions::new();
        let put = self
            .client
            .put(&mut source, Some(size as u64), name.as_bytes(), plan);
        put.map(|moved| moved.bytes)
    }

    /// Downloads bytes that differ from each other; returns what has come, whatever the result.
    fn get(&mut self, size: usize) -> (Vec<u8>, Result<u64, Error>) {
        let name = self.name("down");
        self.server.put(&name, &content(size));
        let mut got = Vec::new();
        let result = self
            .client
            .get(name.as_bytes(), &mut got, GetOptions::new());
        (got, result.map(|moved| moved.bytes))
    }

    fn on_server(&self) -> Vec<u8> {
        self.server.get(&self.name("up")).unwrap_or_default()
    }

    /// `code`, or what stands for it in a dialect that gives no reasons.
    fn code(&self, code: ModuleCode) -> ModuleCode {
        match self.dialect.family {
            Family::Fibocom => ModuleCode::UNKNOWN,
            Family::Lte | Family::Gsm => code,
        }
    }

    /// Waits until a rule with this action fires.
    fn await_rule(&self, action: &str) {
        loop {
            let event = self.events.recv_timeout(PATIENCE).expect("a rule fires");
            if rule_of(&event).is_some_and(|rule| rule.starts_with(action)) {
                return;
            }
        }
    }

    /// Logs in anew, and stores a file.
    fn works_after_a_login(&mut self) {
        self.log_in().expect("a login");
        assert_eq!(self.put(5).expect("an upload"), 5, "{}", self.dialect.name);
        assert_eq!(self.on_server(), [7; 5]);
    }
}

fn content(size: usize) -> Vec<u8> {
    (0..=250_u8).cycle().take(size).collect()
}

/// All dialects at the same time.
fn each(work: impl Fn(&mut Bench<'_>) + Sync) {
    each_of(|_| true, work);
}

fn each_of(has: impl Fn(&Dialect) -> bool, work: impl Fn(&mut Bench<'_>) + Sync) {
    let server = Server::start(Kind::Pyftpdlib);
    std::thread::scope(|scope| {
        for dialect in dialect::ALL.iter().filter(|dialect| has(dialect)) {
            let (server, work) = (&server, &work);
            scope.spawn(move || work(&mut Bench::new(server, dialect)));
        }
    });
}

#[test]
fn the_data_connection_is_cut_at_its_byte() {
    each(|bench| {
        bench.fault("drop-data after=5000 on=PUT count=2");
        for _ in 0..2 {
            bench.put(20_000).expect_err("cut");
            bench.await_rule("drop-data");
            assert_eq!(bench.on_server(), [7; 5000], "{}", bench.dialect.name);
            bench.log_in().expect("a login");
        }
        assert_eq!(bench.put(20_000).expect("no third time"), 20_000);
        bench.fault("drop-data after=5000 stream=downstream");
        let (got, result) = bench.get(20_000);
        result.expect_err("cut");
        assert!(got.len() <= 5000, "{}", got.len());
        assert_eq!(got, content(got.len()));
        bench.works_after_a_login();
    });
}

#[test]
fn a_cut_behind_the_last_byte_is_one_too_late_and_before_it_is_not() {
    each(|bench| {
        bench.fault("drop-data after=1001 stream=upstream");
        assert_eq!(bench.put(1000).expect("too short for it"), 1000);
        assert_eq!(bench.on_server(), [7; 1000]);
        // The count went on: one byte is left.
        bench.put(1000).expect_err("cut");
        assert_eq!(bench.on_server(), [7; 1], "{}", bench.dialect.name);
        bench.works_after_a_login();
    });
}

#[test]
fn a_stalled_data_connection_goes_on() {
    each(|bench| {
        for (rule, up) in [
            ("stall for=3600s link=data after=5000 on=PUT", true),
            ("stall for=3600s link=data after=5000 on=GET", false),
        ] {
            bench.fault(rule);
            let name = bench.dialect.name;
            std::thread::scope(|scope| {
                let (module, events) = (&bench.module, &bench.events);
                let client = &mut bench.client;
                let (file, server) = (format!("stall-{name}"), bench.server);
                server.put(&file, &content(20_000));
                let moved = scope.spawn(move || {
                    if up {
                        let mut source = io::repeat(7).take(20_000);
                        let plan = PutOptions::new();
                        let put = client.put(&mut source, Some(20_000), file.as_bytes(), plan);
                        return put.map(|moved| moved.bytes);
                    }
                    let mut got = Vec::new();
                    let result = client.get(file.as_bytes(), &mut got, GetOptions::new());
                    assert!(got == content(20_000), "{name}");
                    result.map(|moved| moved.bytes)
                });
                let stalled = |event: &TraceEvent| rule_of(event).is_some();
                while !stalled(&events.recv_timeout(PATIENCE).expect("a stall")) {}
                assert!(!moved.is_finished(), "{name}");
                module.clear_faults().expect("cleared");
                let moved = moved.join().expect("a transfer");
                assert_eq!(moved.expect(name), 20_000);
            });
        }
    });
}

#[test]
fn the_control_connection_is_cut_by_a_command_or_a_byte() {
    each(|bench| {
        bench.fault("drop-control command=STOR nth=2");
        assert_eq!(bench.put(5).expect("the first"), 5);
        let error = bench.put(5).expect_err("cut");
        let code = bench.code(ModuleCode::CONTROL_CLOSED);
        assert_eq!(error.module_code(), Some(code), "{error}");
        bench.works_after_a_login();
        bench.fault("drop-control after=1");
        bench.put(5).expect_err("cut");
        bench.works_after_a_login();
    });
}

#[test]
fn the_server_refuses_the_nth_command() {
    each(|bench| {
        for (rule, code) in [
            (
                "reply code=552 text=\"Quota exceeded\" command=STOR nth=2",
                552,
            ),
            ("reply code=450 command=STOR nth=2", 450),
        ] {
            bench.fault(rule);
            assert_eq!(bench.put(5).expect("the first"), 5);
            let error = bench.put(6).expect_err(rule);
            assert_eq!(error.ftp_reply(), Some(FtpCode(code)), "{error}");
            // The server has not heard of it.
            assert_eq!(bench.on_server(), [7; 5]);
            assert_eq!(bench.put(7).expect("the third"), 7);
        }
        bench.fault("reply code=530 command=PASS");
        bench.log_in().expect_err("refused");
        bench.works_after_a_login();
    });
}

#[test]
fn a_module_restarts_and_loses_its_contexts_in_a_transfer() {
    each(|bench| {
        for rule in [
            "reboot on=PUT",
            "reboot after=5000 stream=upstream",
            "pdp-deactivate on=PUT",
            "pdp-deactivate after=5000 stream=upstream",
            "no-network after=5000 stream=upstream for=20ms",
        ] {
            bench.fault(rule);
            let error = bench.put(LONG).expect_err(rule);
            if rule.starts_with("reboot") {
                assert_eq!(error.kind(), ErrorKind::Restarted, "{rule}: {error}");
            }
            bench.await_rule(rule.split(' ').next().expect("an action"));
            if rule.starts_with("no-network") {
                let ends = |event: TraceEvent| {
                    let fault = Fault::NoNetwork;
                    event.kind
                        == TraceKind::Fault {
                            fault,
                            injected: false,
                        }
                };
                while !ends(bench.events.recv_timeout(PATIENCE).expect("an end")) {}
            }
            bench.works_after_a_login();
        }
    });
}

#[test]
fn a_busy_module_says_so_to_the_nth_command() {
    each(|bench| {
        bench.fault("answer-busy on=PUT nth=2");
        assert_eq!(bench.put(5).expect("the first"), 5);
        let error = bench.put(6).expect_err("busy");
        match bench.dialect.family {
            Family::Lte | Family::Gsm => {
                assert_eq!(error.module_code(), Some(ModuleCode::BUSY), "{error}");
            }
            Family::Fibocom => assert_eq!(final_error(&error), Some(2008), "{error}"),
        }
        assert_eq!(bench.on_server(), [7; 5]);
        assert_eq!(bench.put(7).expect("the third"), 7);
        bench.fault("answer-busy code=14 on=+CSQ");
        let error = bench.client.command(b"AT+CSQ").expect_err("busy");
        assert_eq!(final_error(&error), Some(14), "{error}");
        bench.client.command(b"AT+CSQ").expect("the second");
    });
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

#[test]
fn late_answers_and_urcs_still_come() {
    each(|bench| {
        bench.fault("answer-late for=20..30ms count=3");
        bench.fault("delay-urc for=20..30ms count=3");
        bench.log_in().expect("a login");
        assert_eq!(bench.put(5).expect("an upload"), 5);
        bench.await_rule("answer-late");
    });
}

#[test]
fn an_urc_is_lost_by_its_name() {
    each_of(
        |dialect| dialect.family != Family::Gsm,
        |bench| {
            let name = match bench.dialect.family {
                Family::Fibocom => "+MIPCALL",
                _ => "+QIURC",
            };
            bench.fault(&format!("lose-urc urc={name}"));
            bench.module.inject(Fault::PdpDeactivate).expect("a fault");
            bench.await_rule("lose-urc");
            bench.works_after_a_login();
            let lost = |line: &Vec<u8>| line.starts_with(name.as_bytes());
            assert_eq!(bench.urcs.try_iter().filter(lost).count(), 0);
            bench.module.inject(Fault::PdpDeactivate).expect("a fault");
            bench.client.poll(PATIENCE).expect("polled");
            assert!(bench.urcs.try_iter().any(|line| lost(&line)));
        },
    );
}

#[test]
fn a_store_is_full_behind_so_many_bytes() {
    each_of(
        |dialect| !dialect.stores.is_empty(),
        |bench| {
            let upload = |bench: &mut Bench<'_>, size: u64, name: &[u8]| {
                let mut source = io::repeat(7).take(size);
                bench.client.store().upload(&mut source, size, name)
            };
            bench.fault("store-full bytes=1000");
            upload(bench, 1000, b"a").expect("that fits");
            bench.module.clear_faults().expect("cleared");
            bench.fault("store-full bytes=1000");
            upload(bench, 1001, b"b").expect_err("full");
            bench.module.clear_faults().expect("cleared");
            upload(bench, 1001, b"c").expect("room again");
        },
    );
}

/// Nothing succeeds over content that differs, whatever other programs say on the line.
#[test]
fn foreign_lines_in_a_payload_are_never_taken_for_it() {
    each(|bench| {
        for rule in [
            "foreign-urc text=RING on=GET after=9000",
            "foreign-urc text=\"+CMTI: \\\"SM\\\",3\" on=GET after=9000",
            "foreign-answer text=\"+CSQ: 20,99\" on=GET after=9000",
            "lose bytes=2 on=GET after=9000",
            "double bytes=2 on=GET after=9000",
        ] {
            bench.fault(rule);
            let (got, result) = bench.get(20_000);
            bench.await_rule(rule.split(' ').next().expect("an action"));
            let name = bench.dialect.name;
            assert!(result.is_err() || got == content(20_000), "{name}: {rule}");
            bench.works_after_a_login();
        }
    });
}

#[test]
fn a_rule_is_refused_by_an_emulator_that_has_ended_or_cannot_have_it() {
    let mut options = EmulatorOptions::new(&GSM);
    options.fault_plan = "busy on=+QFTPPUT".parse::<FaultPlan>().expect("a plan");
    let error = Emulator::in_process(options)
        .map(drop)
        .expect_err("not of gsm");
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    assert!(error.to_string().contains("does not fit gsm"), "{error}");
    let line = Line::new(&GSM, "", 0);
    let rule: FaultRule = "lose on=+FTPOPEN".parse().expect("a rule");
    let error = line.module.add_fault(rule.clone()).expect_err("not of gsm");
    assert!(
        matches!(error, FaultPlanError::Elsewhere { dialect: "gsm", .. }),
        "{error}"
    );
    drop(line.port);
    // It ends soon, not at once.
    let rule: FaultRule = "noise".parse().expect("a rule");
    let error = loop {
        if let Err(error) = line.module.add_fault(rule.clone()) {
            break error;
        }
    };
    assert_eq!(error, FaultPlanError::Ended);
    assert_eq!(line.module.clear_faults(), Err(FaultPlanError::Ended));
}
