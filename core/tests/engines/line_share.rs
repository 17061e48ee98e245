//! How much of a line's time a transfer uses, under a simulated clock: no silence beside the bytes that go over it, and
//! hardly anything but the file.

use std::time::Duration;

use qftp::client::{GetOptions, Login, PutOptions};
use qftp::dialect::{Dialect, PayloadFraming, ec2x::EC2X, nl668::NL668};
use qftp::module::{Latency, Module};
use qftp_test::conversation::sample;

use crate::module_port::ModulePort;

const BAUD: u32 = 115_200;

/// The shares of a transfer's time, in tenths of a percent.
struct Shares {
    /// In which the line carries bytes, one way or the other.
    busy: u64,
    /// In which it carries the bytes of the file, stuffed where the dialect does that.
    payload: u64,
}

/// The times that module and server take.
#[derive(Clone, Copy, Debug)]
struct ServerTimes {
    /// Of each answer of the module.
    response: &'static str,
    /// Of a data connection.
    connect: Duration,
}

const QUICK: ServerTimes = ServerTimes {
    response: "0",
    connect: Duration::ZERO,
};
const SLOW: ServerTimes = ServerTimes {
    response: "response=20ms",
    connect: Duration::from_millis(400),
};

#[derive(Clone, Copy, Debug)]
enum Transfer {
    Put,
    Get,
}

const BOTH: [Transfer; 2] = [Transfer::Put, Transfer::Get];

/// Moves a file in a session, and measures from the first letter of its first command to the last one that the module
/// says: the questions for its size and its end count.
fn shares(dialect: &'static Dialect, server: ServerTimes, transfer: Transfer, size: u64) -> Shares {
    let latency: Latency = server.response.parse().expect("a latency");
    let module = Module::new(dialect).with_latency(latency);
    let module = ModulePort::new(module.with_baud(Some(BAUD)));
    module.harness().connect = server.connect;
    let content: Vec<u8> = (0..usize::try_from(size).expect("a length"))
        .map(sample)
        .collect();
    module.harness().server.put("/old", content.clone(), None);
    let mut client = module.client();
    let login = Login::new("ftp.example.com", "test", "secret");
    client.login(&login).expect("a login");
    module.carried();
    let start = module.harness().now;
    match transfer {
        Transfer::Put => {
            let put = client.put(
                &mut &content[..],
                Some(size),
                b"/new",
                PutOptions::new().verify(false),
            );
            assert_eq!(put.expect("sent").bytes, size);
        }
        Transfer::Get => {
            let mut taken = Vec::new();
            let got = client.get(b"/old", &mut taken, GetOptions::new());
            got.expect("fetched");
            assert!(taken == content);
        }
    }
    let elapsed = module.harness().now.saturating_sub(start);
    let carried = module.carried();
    let share = |bytes: u64| {
        let time = Duration::from_secs(1) * 10 / BAUD;
        let time = time * u32::try_from(bytes).expect("a number of bytes");
        u64::try_from(time.as_micros() * 1000 / elapsed.as_micros()).expect("a share")
    };
    let stuffs = dialect.payload_framing == PayloadFraming::Stuffed;
    let stuffing = content
        .iter()
        .filter(|byte| stuffs && matches!(byte, 0x03 | 0x10));
    let stuffing = stuffing.count() as u64;
    let shares = Shares {
        busy: share(carried),
        payload: share(size + stuffing),
    };
    println!(
        "{} {transfer:?} {size} {server:?}: busy {} payload {} of 1000",
        dialect.name, shares.busy, shares.payload
    );
    shares
}

#[test]
fn the_line_is_busy_whatever_the_size_of_the_file() {
    for dialect in [&EC2X, &NL668] {
        for transfer in BOTH {
            for size in [1000, 10_000, 100_000, 1_000_000] {
                let shares = shares(dialect, QUICK, transfer, size);
                let what = format!("{} {transfer:?} {size}", dialect.name);
                assert!(shares.busy >= 970, "{what}: {}", shares.busy);
                let large = size >= 100_000;
                assert!(
                    !large || shares.payload >= 980,
                    "{what}: {}",
                    shares.payload
                );
            }
        }
    }
}

#[test]
fn pieces_cost_a_fiftieth_at_most() {
    let in_pieces: [(&'static Dialect, _); 3] = [
        (&EC2X, Transfer::Put),
        (&EC2X, Transfer::Get),
        (&NL668, Transfer::Put),
    ];
    for (dialect, transfer) in in_pieces {
        let shares = shares(dialect, SLOW, transfer, 3_000_000);
        let what = format!("{} {transfer:?}", dialect.name);
        assert!(shares.payload >= 980, "{what}: {}", shares.payload);
    }
}
