//! Input of every kind at any time: garbage, and deeds of host, server and network in any order.

use std::time::Duration;

use crate::harness::{Harness, logged_in, printed};
use proptest::prelude::*;
use qftp::dialect::{self, Family};
use qftp::internal::framing::stuffing::ETX;
use qftp_test::conversation::LineEvent;
use qftp_test::conversation::play::Terminal;

/// Pieces of conversations, for input that nearly makes sense.
fn fragment() -> impl Strategy<Value = Vec<u8>> {
    let known: Vec<&'static [u8]> = vec![
        b"AT",
        b"at+",
        b"+QFTPPUT=",
        b"+QFTPGET=",
        b"+QFTPLIST=\".\"",
        b"\"COM:\"",
        b"\"a\"",
        b",",
        b"=",
        b"?",
        b"\r",
        b"\r\n",
        b"\"",
        b";",
        b"+++",
        b"A/",
        b"ATE0",
        b"ATV0",
        b"ATQ1",
        b"ATO",
        b"AT&D2",
        b"AT+QFUPL=\"b\",10",
        b"0",
        b"1024",
        b"AT+QFTPCLOSE\r",
        b"AT+QFOPEN=\"a\"\r",
        b"AT+QFWRITE=1,3\r",
        b"AT+QFREAD=1\r",
        b"AT+CMEE=2\r",
        b"AT+FTPSTOR=\"a\"\r",
        b"AT+FTPRETR=\"a\"\r",
        b"AT+FTPPUT=\"a\",3,0\r",
        b"AT+FTPGET=\"a\"\r",
        b"AT+FTPRECV=5\r",
        b"\x03",
        b"\x10",
        b"AT+QFTPGET=\"a\"\r",
        b"AT+QFTPPUT=\"a\",9\r",
        b"AT+QFTPCFG=4,\"/RAM/\"\r",
    ];
    prop_oneof![
        3 => prop::sample::select(known).prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(any::<u8>(), 0..20),
    ]
}

/// Something that a host, a server or a network does.
#[derive(Clone, Debug)]
enum Deed {
    Type(&'static str),
    Bytes(Vec<u8>),
    Happen(LineEvent),
    Wait(u64),
    Escape,
}

const LTE: &[&str] = &[
    "AT+QFTPOPEN=\"ftp.example.com\"",
    "AT+QFTPCLOSE",
    "AT+QFTPGET=\"a\",\"COM:\"",
    "AT+QFTPGET=\"a\",\"COM:\",10,500",
    "AT+QFTPGET=\"a\",\"RAM:a\"",
    "AT+QFTPPUT=\"b\",\"COM:\"",
    "AT+QFTPPUT=\"b\",\"COM:\",0,10,0",
    "AT+QFTPPUT=\"b\",\"COM:\",10,10,0",
    "AT+QFTPPUT=\"b\",\"COM:\",10,0,1",
    "AT+QFTPPUT=\"b\",\"RAM:a\"",
    "AT+QFTPLIST=\".\"",
    "AT+QFTPPWD",
    "AT+QFTPSTAT",
    "AT+QFTPLEN",
    "AT+QIDEACT=1",
    "AT+QIACT=1",
    "AT+CSQ;+QFTPSTAT;+CSQ",
];

const GSM: &[&str] = &[
    "AT+QFTPOPEN=\"ftp.example.com\",21",
    "AT+QFTPCLOSE",
    "AT+QFTPGET=\"a\"",
    "AT+QFTPGET=\"nothing\"",
    "AT+QFTPPUT=\"b\",0",
    "AT+QFTPPUT=\"b\",10,5",
    "AT+QFTPPUT=\"a\",1000",
    "AT+QFTPCFG=3,10",
    "AT+QFTPCFG=4,\"/COM/\"",
    "AT+QFTPCFG=4,\"/RAM/\"",
    "AT+QFTPCFG=4,\"/UFS/a\"",
    "AT+QFTPPATH=\"\"",
    "AT+QFTPPATH?",
    "AT+QFTPSTAT",
    "AT+QFTPLEN",
    "AT+QFTPSIZE=\"a\"",
    "AT+QFTPUSER=\"u\"",
    "AT+QIDEACT",
    "AT+QIACT",
    "AT+QISTAT",
    "AT+QIFGCNT=1",
    "AT+QIFGCNT=0",
    "AT+QFTPGET=\"a\";+QFTPSTAT;+CSQ",
];

const FIBOCOM: &[&str] = &[
    "AT+FTPOPEN=\"ftp.example.com\",\"u\",\"p\"",
    "AT+FTPOPEN?",
    "AT+FTPCLOSE",
    "AT+FTPSTOR=\"b\"",
    "AT+FTPSTOR=\"b\",1,10",
    "AT+FTPRETR=\"a\"",
    "AT+FTPRETR=\"a\",0,10",
    "AT+FTPPUT=\"b\",10,0",
    "AT+FTPPUT=\"b\",10,1",
    "AT+FTPPUT=\"c\",1,0",
    "AT+FTPGET=\"a\"",
    "AT+FTPGET?",
    "AT+FTPRECV=100",
    "AT+FTPRECV=3000",
    "AT+FTPRECV?",
    "AT+FTPREST=5",
    "AT+FTPLIST",
    "AT+FTPPWD",
    "AT+FTPSTAT",
    "AT+FTPNOOP",
    "AT+FTPINFO=1",
    "AT+FTPMODE=1",
    "AT+MIPCALL=0",
    "AT+GTSSLFILE=\"CAFILE\",20",
    "AT+MIPCALL=1",
    "AT+FTPRETR=\"a\";+CSQ",
];

/// What modules of every family know.
const ALL: &[&str] = &[
    "AT+QFUPL=\"c\",10,5,1",
    "AT+QFDWL=\"c\"",
    "AT+QFDEL=\"*\"",
    "AT+QFOPEN=\"d\"",
    "AT+QFWRITE=1,10",
    "AT+QFREAD=1,5",
    "AT+QFCLOSE=1",
    "ATO",
    "AT&D0",
    "AT&D1",
    "AT&D2",
    "ATE0",
];

fn deed(family: Family) -> impl Strategy<Value = Deed> {
    let own = match family {
        Family::Lte => LTE,
        Family::Gsm => GSM,
        Family::Fibocom => FIBOCOM,
    };
    let lines = [own, ALL].concat();
    let line_events = vec![
        LineEvent::Dtr(false),
        LineEvent::Dtr(true),
        LineEvent::Stall(true),
        LineEvent::Stall(false),
        LineEvent::Flow(100),
        LineEvent::Fail(550),
        LineEvent::LoseSession,
        LineEvent::LoseContext(1),
    ];
    prop_oneof![
        6 => prop::sample::select(lines).prop_map(Deed::Type),
        2 => prop::collection::vec(any::<u8>(), 1..30).prop_map(Deed::Bytes),
        1 => Just(Deed::Bytes(vec![ETX])),
        3 => prop::sample::select(line_events).prop_map(Deed::Happen),
        2 => (0u64..120).prop_map(Deed::Wait),
        1 => Just(Deed::Escape),
    ]
}

/// A dialect's name, and deeds of its kind.
fn disorder() -> impl Strategy<Value = (&'static str, Vec<Deed>)> {
    prop::sample::select(dialect::ALL).prop_flat_map(|dialect| {
        let deeds = prop::collection::vec(deed(dialect.family), 0..40);
        deeds.prop_map(move |deeds| (dialect.name, deeds))
    })
}

/// How a session is closed, asked about when it is, and opened again with what it needs.
struct Afresh {
    close: &'static str,
    question: &'static str,
    closed: &'static [&'static str],
    call: &'static str,
    open: &'static str,
    opened: &'static [&'static str],
}

fn afresh(family: Family) -> Afresh {
    match family {
        Family::Lte => Afresh {
            close: "AT+QFTPCLOSE",
            question: "AT+QFTPSTAT",
            closed: &["OK", "+QFTPSTAT: 0,4"],
            call: "AT+QIDEACT=1;+QIACT=1",
            open: "AT+QFTPOPEN=\"ftp.example.com\"",
            opened: &["OK", "+QFTPOPEN: 0,0"],
        },
        Family::Gsm => Afresh {
            close: "AT+QFTPCLOSE",
            question: "AT+QFTPSTAT",
            closed: &["+QFTPSTAT: CLOSED", "OK"],
            call: "AT+QIACT",
            open: "AT+QFTPOPEN=\"ftp.example.com\",21",
            opened: &["OK", "+QFTPOPEN:0"],
        },
        Family::Fibocom => Afresh {
            close: "AT+FTPCLOSE",
            question: "AT+FTPOPEN?",
            closed: &["+FTPOPEN: 0", "OK"],
            call: "AT+FTPINFO=0;+MIPCALL=1",
            open: "AT+FTPOPEN=\"ftp.example.com\",\"u\",\"p\"",
            opened: &["OK", "+FTPOPEN: 1"],
        },
    }
}

/// Brings any module back: command mode, no session that hangs.
fn recover(harness: &mut Harness) {
    harness.server.stalled = false;
    harness.pass(Duration::from_secs(400));
    for _ in 0..3 {
        harness.write(b"+++");
        harness.pass(Duration::from_secs(400));
        harness.write(b"\r");
        harness.pass(Duration::from_secs(400));
        harness.write(&[ETX]);
        harness.write(b"\r");
        harness.pass(Duration::from_secs(400));
    }
    harness.heard();
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_taken(
        pieces in prop::collection::vec(fragment(), 0..60),
        dialect in prop::sample::select(dialect::ALL),
    ) {
        let mut harness = logged_in(dialect);
        harness.server.put("/a", vec![b'+'; 1000], None);
        for piece in &pieces {
            harness.push(piece);
        }
        recover(&mut harness);
        harness.push(b"ATE0Q0V1\r");
        harness.heard();
        prop_assert_eq!(harness.ask("AT"), printed(&["OK"]));
    }

    /// Every order of deeds is survived, nothing is said out of turn, one operation runs at a time (the engine's own
    /// assertions and the harness's), and in the end the module is there and can open a session.
    #[test]
    fn any_order_of_deeds_is_survived(
        (name, deeds) in disorder(),
        late in any::<bool>(),
    ) {
        let dialect = dialect::by_name(name).expect("a dialect");
        let mut harness = logged_in(dialect);
        harness.server.put("/a", vec![b'x'; 1000], None);
        harness.delay = if late { Duration::from_millis(700) } else { Duration::ZERO };
        for deed in &deeds {
            match deed {
                Deed::Type(line) => harness.write(format!("{line}\r").as_bytes()),
                Deed::Bytes(bytes) => harness.write(bytes),
                Deed::Happen(line_event) => {
                    harness.happen(*line_event);
                }
                Deed::Wait(seconds) => harness.pass(Duration::from_secs(*seconds)),
                Deed::Escape => {
                    harness.pass(Duration::from_secs(2));
                    harness.write(b"+++");
                    harness.pass(Duration::from_secs(2));
                }
            }
        }
        harness.happen(LineEvent::Dtr(true));
        recover(&mut harness);
        harness.write(b"ATE0\r");
        harness.heard();
        let afresh = afresh(dialect.family);
        harness.write(format!("{}\r", afresh.close).as_bytes());
        harness.pass(Duration::from_secs(400));
        harness.heard();
        prop_assert_eq!(harness.ask(afresh.question), printed(afresh.closed));
        harness.ask(afresh.call);
        harness.server.refuse = None;
        prop_assert_eq!(harness.ask(afresh.open), printed(afresh.opened));
    }
}
