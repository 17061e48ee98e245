//! Servers that end in the middle of an upload whose payload is commands: what of it the module executes.

use std::sync::mpsc::{Receiver, channel};
use std::thread;

use qftp::client::{Client, Login, PutOptions, RetryPolicy};
use qftp::dialect::{self, Dialect, SettingKind};
use qftp::emulator::trace::{TraceEvent, TraceKind};
use qftp::emulator::{Emulator, EmulatorOptions};

use crate::scripted::{Act, Scripted, say};

/// A line of the payload.
const LINE: &[u8] = b"AT+QFDEL=\"*\"\r\n";
/// More than all buffers between client and server hold.
const LENGTH: usize = 24 * 1024 * 1024;
/// Bytes that the server takes before it ends.
const TAKEN: usize = 100_000;
/// Bytes that the UART of an emulated module holds.
const UART: usize = 1024;
/// Bytes that the host writes before it looks at the line.
const STEP: usize = 4096;

/// Most lines that a module executes: those in its UART, and those that the host writes before it hears the module. The
/// module may begin to speak while a step is written. A terminal hands its words on a little later still.
fn most(carrier: Carrier) -> usize {
    let steps = match carrier {
        Carrier::Terminal => 4,
        Carrier::Socket | Carrier::Memory => 2,
    };
    (UART + steps * STEP) / LINE.len() + 2
}

/// The line between client and module.
#[derive(Clone, Copy, Debug)]
enum Carrier {
    Terminal,
    Socket,
    Memory,
}

/// Starts a module on a line, and opens a client on it.
fn module_on(
    carrier: Carrier,
    dialect: &'static Dialect,
) -> (Emulator, Client, Receiver<TraceEvent>) {
    let (sender, events) = channel();
    let mut options = EmulatorOptions::new(dialect);
    options.trace = Some(sender);
    let (module, client) = match carrier {
        Carrier::Memory => {
            let (module, line) = Emulator::in_process(options).expect("a module");
            (module, qftp::client::ClientOptions::new().with_port(line))
        }
        Carrier::Terminal | Carrier::Socket => {
            let module = match carrier {
                Carrier::Socket => {
                    let address = "127.0.0.1:0".parse().expect("an address");
                    Emulator::on_tcp(address, options)
                }
                _ => Emulator::on_pty(None, options),
            };
            let module = module.expect("a module");
            let client = Client::open(&module.url().expect("a port"));
            (module, client)
        }
    };
    (module, client.expect("a client"), events)
}

/// Uploads commands to a server that does this behind the first of them. Returns how many the module executed.
fn executed(carrier: Carrier, dialect: &'static Dialect, end: &[Act]) -> usize {
    let context = format!("{} {carrier:?} {end:?}", dialect.name);
    let acts = [&[Act::Accept, say("150 go\r\n"), Act::Take(TAKEN)], end].concat();
    let server = Scripted::start(vec![("STOR", acts)], usize::MAX);
    let (module, mut client, events) = module_on(carrier, dialect);
    // The bound is that of one upload.
    client.set_retry(RetryPolicy::NONE);
    let mut login = Login::new("127.0.0.1", "test", "secret");
    login.port = server.address.port();
    login.response_timeout_s = 20;
    client.login(&login).expect(&context);
    let payload = LINE.repeat(LENGTH / LINE.len());
    let size = Some(payload.len() as u64);
    client
        .put(&mut &payload[..], size, b"log.txt", PutOptions::new())
        .expect_err(&context);
    // No result of the payload answers what follows, also where the module still has lines to execute.
    let lines = client.command(b"AT+CSQ").expect(&context);
    assert_eq!(lines, [b"+CSQ: 28,99".to_vec()], "{context}");
    drop(client);
    drop(module);
    drop(server);
    let is_payload = |event: &TraceEvent| matches!(&event.kind, TraceKind::Typed { text, .. } if text.starts_with(b"AT+QFDEL"));
    events.iter().filter(is_payload).count()
}

/// The ways in which a server ends.
fn ends() -> [Vec<Act>; 3] {
    [
        vec![Act::CloseData, say("426 closed\r\n")],
        vec![Act::ResetData, say("426 reset\r\n")],
        vec![Act::ResetData, Act::Reset],
    ]
}

#[test]
fn a_module_executes_no_more_of_an_upload_than_its_uart_and_a_step() {
    thread::scope(|scope| {
        for dialect in dialect::ALL {
            scope.spawn(move || ends_in_time(dialect));
        }
    });
}

fn ends_in_time(dialect: &'static Dialect) {
    for carrier in [Carrier::Terminal, Carrier::Socket, Carrier::Memory] {
        for end in ends() {
            let executed = executed(carrier, dialect, &end);
            assert!(
                executed <= most(carrier),
                "{} {carrier:?}: {executed}",
                dialect.name
            );
        }
    }
}

/// The line is full when the module gives up.
#[test]
fn nor_where_the_server_stops_reading() {
    thread::scope(|scope| {
        for dialect in dialect::ALL {
            if dialect.setting(SettingKind::ResponseTimeout).is_none() {
                continue; // waits for a minute and a half
            }
            for carrier in [Carrier::Terminal, Carrier::Socket, Carrier::Memory] {
                scope.spawn(move || {
                    let executed = executed(carrier, dialect, &[Act::Wait]);
                    assert!(
                        executed <= most(carrier),
                        "{} {carrier:?}: {executed}",
                        dialect.name
                    );
                });
            }
        }
    });
}
