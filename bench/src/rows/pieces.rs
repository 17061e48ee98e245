//! What pieces with checkpoints cost: the client beside one command for the whole file, on the same line.

use std::cell::RefCell;
use std::time::Duration;

use qftp::client::PutOptions;
use qftp::client::{ClientOptions, GetOptions};
use qftp::dialect::ec2x::EC2X;
use qftp::driver::Driver;
use qftp::emulator::Emulator;
use qftp::host::{Answer, Event, Host, Operation};
use qftp::port::Port;
use qftp_bench_cases::Content;
use qftp_test::servers::{Kind, Server};

use crate::bench::Bench;
use crate::figures::{in_turn, seconds};
use crate::stage::{login, prompt, serve};
use crate::table::{Goal, Row};

const GROUP: &str = "pieces";

pub(super) fn rows(bench: &Bench) -> Vec<Row> {
    let server = Server::start(Kind::Vsftpd);
    let mut rows = Vec::new();
    let lines = [
        (Some(115_200), bench.scaled(200_000, 20_000, 1_000), 1.02),
        (None, bench.scaled(64 << 20, 4 << 20, 50_000), 1.05),
    ];
    for (baud, size, most) in lines {
        let content = Content::Random.bytes(size);
        serve(&server, "file", &content);
        let mut options = prompt(&EC2X);
        options.baud = baud;
        let emulators =
            [0, 1].map(|_| Emulator::on_pty(None, options.clone()).expect("an emulator"));
        let urls = emulators
            .each_ref()
            .map(|emulator| emulator.url().expect("a url"));
        let mut client = ClientOptions::new().open(&urls[0]).expect("a client");
        client.login(&login(&server)).expect("a login");
        let client = RefCell::new(client);
        let bare = RefCell::new(Bare::new(&urls[1], &server));
        let place = baud.map_or("a pty".to_owned(), |baud| format!("{baud} baud"));
        let figures = in_turn(
            bench.scaled(2, 1, 1),
            &mut [
                &mut || {
                    seconds(|| {
                        client
                            .borrow_mut()
                            .put(
                                &mut &content[..],
                                Some(size as u64),
                                b"up",
                                PutOptions::new(),
                            )
                            .expect("put")
                    })
                },
                &mut || seconds(|| bare.borrow_mut().put(&content)),
            ],
        );
        let peer = ("one command", &figures[1]);
        rows.push(Row::beside(
            GROUP,
            format!("put of {size} bytes, {place}, s"),
            &figures[0],
            peer,
            Goal::RatioAtMost(most),
        ));
        let figures = in_turn(
            bench.scaled(2, 1, 1),
            &mut [
                &mut || {
                    seconds(|| {
                        client
                            .borrow_mut()
                            .get(b"file", &mut std::io::sink(), GetOptions::new())
                            .expect("get")
                    })
                },
                &mut || seconds(|| bare.borrow_mut().get(size as u64)),
            ],
        );
        let peer = ("one command", &figures[1]);
        rows.push(Row::beside(
            GROUP,
            format!("get of {size} bytes, {place}, s"),
            &figures[0],
            peer,
            Goal::RatioAtMost(most),
        ));
    }
    rows
}

/// The bare engine on a port, which carries out what it is told and asks for no size.
struct Bare {
    host: Host,
    driver: Driver,
    port: Box<dyn Port>,
}

impl Bare {
    fn new(url: &str, server: &Server) -> Self {
        let mut bare = Bare {
            host: Host::new(&EC2X),
            driver: Driver::default(),
            port: qftp::connect::open(url).expect("a port"),
        };
        bare.run(Operation::Identify, b"");
        bare.run(Operation::Login(&login(server)), b"");
        bare
    }

    fn put(&mut self, content: &[u8]) {
        let length = content.len() as u64;
        let answer = self.run(
            Operation::Put {
                remote: b"up-bare",
                offset: 0,
                length,
                last: true,
            },
            content,
        );
        assert_eq!(answer, Answer::Number(length));
    }

    fn get(&mut self, size: u64) {
        let answer = self.run(
            Operation::Get {
                remote: b"file",
                offset: 0,
                length: None,
                expected: Some(size),
            },
            b"",
        );
        assert_eq!(answer, Answer::Number(size));
    }

    fn run(&mut self, operation: Operation<'_>, mut payload: &[u8]) -> Answer {
        self.host
            .start(self.driver.now(), operation)
            .expect("started");
        loop {
            let mut wants = false;
            while let Some(event) = self.host.poll_event() {
                match event {
                    Event::WantData => wants = true,
                    Event::Done(result) => return result.expect("the operation ends well"),
                    _ => {}
                }
            }
            if wants {
                let taken = self.host.supply(payload);
                payload = &payload[taken..];
            }
            let turn = self
                .driver
                .turn(&mut self.host, self.port.as_mut(), Duration::from_secs(1));
            turn.expect("the line");
        }
    }
}
