//! The FTP client engine whatever a server says and in whatever order things happen: no panic, one end for each
//! operation, no second session behind the first, no command with a line end in it, and memory that has a bound.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use proptest::prelude::*;
use qftp::ftp::{
    Account, Engine, FailureKind, FtpDataAddress, FtpEvent, FtpOperation, FtpStore, FtpTransfer,
    LocalPorts, Retrieve, RetrieveKind, SocketReply,
};

/// What a thread holds, and the most it held.
struct Counting;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
}

fn count(bytes: isize) {
    let held = HELD.with(|held| {
        held.set(held.get() + bytes);
        held.get()
    });
    MOST.with(|most| most.set(most.get().max(held)));
}

// SAFETY: every call is passed on to the system allocator unchanged.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size().cast_signed());
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-layout.size().cast_signed());
        // SAFETY: the pointer came from `System`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

const PEER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));

/// Something that happens to an engine.
#[derive(Clone, Debug)]
enum LineEvent {
    Start(FtpOperation),
    Said(Vec<u8>),
    Connected,
    ConnectFailed,
    Closed,
    Listening,
    DataConnected,
    DataConnectFailed,
    Data(usize),
    Sent(usize),
    DataClosed,
    DataFinished,
    DataFailed,
    Finish,
    Abort,
    HangUp,
    Wait(u64),
}

fn open() -> FtpOperation {
    FtpOperation::Open(Account {
        host: b"192.0.2.2".to_vec(),
        port: 21,
        user: b"u".to_vec(),
        password: b"p".to_vec(),
        account: Some(b"a".to_vec()),
        local_ports: LocalPorts::default(),
        security: qftp::ftp::Security::Plain,
    })
}

fn transfers() -> impl Strategy<Value = FtpTransfer> {
    let peer_first = FtpDataAddress::ControlPeerThenServer {
        after: Duration::from_secs(15),
    };
    let addresses = prop_oneof![
        Just(FtpDataAddress::Server),
        Just(FtpDataAddress::ControlPeer),
        Just(peer_first)
    ];
    (any::<bool>(), any::<bool>(), addresses).prop_map(|(ascii, passive, data_address)| {
        FtpTransfer {
            ascii,
            passive,
            data_address,
        }
    })
}

fn operations() -> impl Strategy<Value = FtpOperation> {
    let path =
        || prop_oneof![4 => Just(b"a".to_vec()), 1 => proptest::collection::vec(any::<u8>(), 0..9)];
    let offset = || prop_oneof![Just(0_u64), Just(1), Just(u64::MAX)];
    let what = prop_oneof![
        3 => Just(RetrieveKind::File), 1 => Just(RetrieveKind::List), 1 => Just(RetrieveKind::Mlsd)
    ];
    let limit = proptest::option::of(prop_oneof![Just(0_u64), Just(10), Just(u64::MAX)]);
    prop_oneof![
        2 => Just(open()),
        1 => path().prop_map(FtpOperation::Cwd),
        1 => path().prop_map(FtpOperation::Size),
        1 => path().prop_map(FtpOperation::ModifiedTime),
        1 => (path(), path()).prop_map(|(from, to)| FtpOperation::Rename { from, to }),
        1 => path().prop_map(FtpOperation::MakeDir),
        1 => proptest::option::of(path()).prop_map(FtpOperation::Status),
        1 => prop_oneof![Just(FtpOperation::Pwd), Just(FtpOperation::Noop), Just(FtpOperation::Quit)],
        4 => (path(), offset(), transfers())
            .prop_map(|(path, offset, transfer)| FtpOperation::Store(FtpStore { path, offset, transfer })),
        6 => (what, path(), offset(), limit, transfers()).prop_map(
            |(what, path, offset, limit, transfer)| {
                FtpOperation::Retrieve(Retrieve { what, path, offset, limit, transfer })
            }
        ),
    ]
}

/// Replies, right and wrong, whole lines and bytes out of nowhere.
fn printed() -> impl Strategy<Value = Vec<u8>> {
    let line = (
        prop_oneof![8 => 100_u16..600, 1 => Just(0_u16), 1 => Just(999)],
        prop_oneof![5 => Just(' '), 1 => Just('-')],
        prop_oneof![
            Just("ok"),
            Just("(192,0,2,9,4,1)"),
            Just("(192,0,2,2,0,0)"),
            Just("(|||6446|)"),
            Just("(|||70000|)"),
            Just("\"/a\" is"),
            Just("20260102030405"),
            Just("-1"),
            Just("123456789012345678901234567890"),
        ],
        prop_oneof![6 => Just("\r\n"), 2 => Just("\n"), 1 => Just("")],
    )
        .prop_map(|(code, mark, text, end)| format!("{code:03}{mark}{text}{end}").into_bytes());
    // What a server says when all goes well, so that it goes far.
    let well = prop_oneof![
        Just("220 hi\r\n331 who\r\n230 in\r\n"),
        Just("200 ok\r\n227 (192,0,2,9,4,1)\r\n"),
        Just("350 on\r\n150 go\r\n"),
        Just("150 go\r\n"),
        Just("226 done\r\n"),
    ]
    .prop_map(|text| text.as_bytes().to_vec());
    prop_oneof![
        6 => well,
        4 => line,
        1 => proptest::collection::vec(any::<u8>(), 0..20),
    ]
}

fn line_events() -> impl Strategy<Value = LineEvent> {
    let count = || prop_oneof![Just(0_usize), Just(1), 1..100_000_usize];
    let wait = prop_oneof![Just(0_u64), 1..1_001_u64, 1_000..60_000_u64];
    prop_oneof![
        6 => operations().prop_map(LineEvent::Start),
        12 => printed().prop_map(LineEvent::Said),
        4 => Just(LineEvent::Connected),
        4 => Just(LineEvent::DataConnected),
        2 => count().prop_map(LineEvent::Data),
        2 => count().prop_map(LineEvent::Sent),
        2 => wait.prop_map(LineEvent::Wait),
        2 => prop_oneof![
            Just(LineEvent::Listening),
            Just(LineEvent::DataConnectFailed),
            Just(LineEvent::DataClosed),
            Just(LineEvent::DataFinished),
            Just(LineEvent::DataFailed),
            Just(LineEvent::Finish),
        ],
        1 => prop_oneof![
            Just(LineEvent::ConnectFailed),
            Just(LineEvent::Closed),
            Just(LineEvent::Abort),
            Just(LineEvent::HangUp),
        ],
    ]
}

/// An engine, and what has become of what it was asked.
struct Scene {
    engine: Engine,
    now: Duration,
    /// Operations begun and not ended.
    in_flight: usize,
    /// The transfer in flight may go to the control peer alone.
    bound: bool,
}

impl Scene {
    fn new() -> Self {
        Scene {
            engine: Engine::new(),
            now: Duration::from_secs(1),
            in_flight: 0,
            bound: false,
        }
    }

    fn happen(&mut self, line_event: &LineEvent) {
        let (engine, now) = (&mut self.engine, self.now);
        match line_event {
            LineEvent::Start(operation) => {
                self.bound = bound(operation);
                let begun = engine.start(now, operation.clone()).is_ok();
                assert_eq!(begun, self.in_flight == 0);
                self.in_flight = 1;
            }
            LineEvent::Said(bytes) => engine.handle_input(now, bytes),
            LineEvent::Connected => {
                let local = (Ipv4Addr::new(192, 0, 2, 1), 50_000).into();
                let peer = (PEER, 21).into();
                engine.handle_reply(now, SocketReply::Connected { local, peer });
            }
            LineEvent::ConnectFailed => {
                let (kind, text) = (FailureKind::Network, b"");
                engine.handle_reply(now, SocketReply::ConnectFailed { kind, text });
            }
            LineEvent::Closed => engine.handle_reply(now, SocketReply::ControlClosed),
            LineEvent::Listening => {
                let at = (Ipv4Addr::new(192, 0, 2, 1), 40_000).into();
                engine.handle_reply(now, SocketReply::Listening(at));
            }
            LineEvent::DataConnected => engine.handle_reply(now, SocketReply::DataConnected),
            LineEvent::DataConnectFailed => {
                let text = b"refused";
                engine.handle_reply(now, SocketReply::DataConnectFailed { text });
            }
            LineEvent::Data(count) => {
                let taken = engine.handle_data(now, *count);
                assert!(taken <= *count);
            }
            LineEvent::Sent(count) => engine.handle_reply(now, SocketReply::DataSent(*count)),
            LineEvent::DataClosed => engine.handle_reply(now, SocketReply::DataClosed),
            LineEvent::DataFinished => engine.handle_reply(now, SocketReply::DataFinished),
            LineEvent::DataFailed => engine.handle_reply(now, SocketReply::DataFailed),
            LineEvent::Finish => engine.finish(now),
            LineEvent::Abort => engine.abort(now),
            LineEvent::HangUp => engine.drop_session(now),
            LineEvent::Wait(ms) => {
                self.now += Duration::from_millis(*ms);
                engine.handle_timeout(self.now);
            }
        }
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(bytes) = self.engine.poll_transmit() {
            let text = bytes.strip_suffix(b"\r\n").expect("whole lines");
            for line in text.split(|byte| *byte == b'\n') {
                let line = line.strip_suffix(b"\r").unwrap_or(line);
                assert!(!line.contains(&b'\r') && !line.contains(&0), "{line:?}");
                assert!(line.first().is_some_and(u8::is_ascii_uppercase), "{line:?}");
            }
            let count = bytes.len();
            self.engine.transmitted(self.now, count);
        }
        while let Some(event) = self.engine.poll_event() {
            match event {
                FtpEvent::ConnectData(to) => {
                    assert!(!self.bound || to.ip() == PEER, "to {to}");
                    assert_ne!(to.port(), 0);
                }
                FtpEvent::Done(_) => {
                    assert_eq!(self.in_flight, 1);
                    self.in_flight = 0;
                }
                _ => {}
            }
        }
        assert_eq!(self.engine.is_busy(), self.in_flight == 1);
    }
}

fn bound(operation: &FtpOperation) -> bool {
    let (FtpOperation::Store(FtpStore { transfer, .. })
    | FtpOperation::Retrieve(Retrieve { transfer, .. })) = operation
    else {
        return false;
    };
    transfer.data_address == FtpDataAddress::ControlPeer
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn anything_may_happen(
        logged_in in any::<bool>(),
        line_events in proptest::collection::vec(line_events(), 0..40),
    ) {
        let mut scene = Scene::new();
        if logged_in {
            scene.happen(&LineEvent::Start(open()));
            scene.happen(&LineEvent::Connected);
            scene.happen(&LineEvent::Said(b"220 hi\r\n230 in\r\n".to_vec()));
            prop_assert!(scene.engine.is_open());
        }
        for line_event in &line_events {
            // A second operation is refused, which is tested elsewhere.
            if !(matches!(line_event, LineEvent::Start(_)) && scene.in_flight == 1) {
                scene.happen(line_event);
            }
        }
        scene.happen(&LineEvent::HangUp);
        prop_assert!(!scene.engine.is_busy() && !scene.engine.is_open());
        prop_assert_eq!(scene.engine.poll_timeout(), None);
    }

    /// Given up, every operation ends by itself, whatever the server says or does not say meanwhile.
    #[test]
    fn who_gives_up_gets_an_end(
        operation in operations(),
        line_events in proptest::collection::vec(line_events(), 0..12),
        after in printed(),
    ) {
        let mut scene = Scene::new();
        for line_event in [
            LineEvent::Start(open()),
            LineEvent::Connected,
            LineEvent::Said(b"220 hi\r\n230 in\r\n".to_vec()),
            LineEvent::Start(operation),
        ] {
            scene.happen(&line_event);
        }
        for line_event in &line_events {
            if !matches!(line_event, LineEvent::Start(_)) {
                scene.happen(line_event);
            }
        }
        scene.happen(&LineEvent::Abort);
        let given_up = scene.now;
        while let Some(at) = scene.engine.poll_timeout() {
            prop_assert!(at <= given_up + Duration::from_secs(60), "{at:?}");
            scene.happen(&LineEvent::Said(after.clone()));
            let wait = at.saturating_sub(scene.now).as_millis();
            scene.happen(&LineEvent::Wait(u64::try_from(wait).unwrap_or(0) + 1));
        }
        prop_assert!(!scene.engine.is_busy());
    }
}

/// Tells an engine that is logged in this over and over, 9 MiB in all, and reads its events only when the session is
/// gone, as a server can make the emulator do; returns the most that was held meanwhile.
fn most_held(talk: &[u8], transcript: bool, operation: &FtpOperation) -> isize {
    let mut engine = Engine::new();
    engine.set_transcript(transcript);
    let drain = |engine: &mut Engine| {
        while let Some(bytes) = engine.poll_transmit() {
            let count = bytes.len();
            engine.transmitted(Duration::ZERO, count);
        }
        while engine.poll_event().is_some() {}
    };
    let log_in = |engine: &mut Engine| {
        if !engine.is_busy() {
            engine.start(Duration::ZERO, open()).expect("idle");
        }
        let (local, peer) = ((PEER, 50_000).into(), (PEER, 21).into());
        engine.handle_reply(Duration::ZERO, SocketReply::Connected { local, peer });
        engine.handle_input(Duration::ZERO, b"220 hi\r\n230 in\r\n");
        drain(engine);
        engine
            .start(Duration::ZERO, operation.clone())
            .expect("logged in");
        drain(engine);
    };
    let before = HELD.with(Cell::get);
    MOST.with(|most| most.set(before));
    // As much as the emulator reads at once.
    let chunk: Vec<u8> = talk.iter().copied().cycle().take(64 * 1024).collect();
    log_in(&mut engine);
    for _ in 0..144 {
        engine.handle_input(Duration::ZERO, &chunk);
        if !engine.is_open() {
            drain(&mut engine);
            log_in(&mut engine);
        }
    }
    MOST.with(Cell::get) - before
}

#[test]
fn memory_has_a_bound() {
    let store = FtpStore {
        path: b"a".to_vec(),
        offset: 0,
        transfer: FtpTransfer {
            ascii: false,
            passive: true,
            data_address: FtpDataAddress::ControlPeer,
        },
    };
    let talks: [&[u8]; 8] = [
        b"x",
        b"2",
        b"\r\n",
        b"150 wait\r\n",
        b"200 fine\r\n",
        b"200-\n",
        b"211-status\r\n211-\r\n",
        b"\0",
    ];
    for talk in talks {
        for (operation, transcript, bound) in [
            (FtpOperation::Status(None), false, 6 << 20),
            (FtpOperation::Store(store.clone()), true, 20 << 20),
        ] {
            let held = most_held(talk, transcript, &operation);
            let told = talk.escape_ascii();
            assert!(held < bound, "{held} bytes for {told}, {operation:?}");
        }
    }
    // The longest reply that ends.
    let mut longest = b"211-\r\n".to_vec();
    longest.extend([b'x'; 3000].iter().chain(b"\r\n"));
    let longest = longest.repeat(1000);
    let held = most_held(
        &[&longest[..], b"211 end\r\n"].concat(),
        true,
        &FtpOperation::Noop,
    );
    assert!(held < 6 << 20, "{held}");
}
