//! The kinds of faults, and where each happens.

use fastrand::Rng;

/// A direction of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    /// From the host to the module.
    Up,
    Down,
}

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FaultKind {
    Lose(Way),
    Change(Way),
    Insert(Way),
    Double(Way),
    /// A URC of another service, of the module.
    ForeignUrc,
    /// The answers to a command of another program on the port.
    OtherAnswers,
    /// The line is silent for a while.
    Stall(Way),
    Reboot,
    LoseContexts,
    DropControl,
    DropData,
    LoseUrc,
    Busy,
    WouldBlock,
    StallServer,
    /// The server refuses an operation with this reply.
    Refuse(u16),
}

/// All kinds, in the order of the report.
pub(crate) const KINDS: &[FaultKind] = &[
    FaultKind::Lose(Way::Up),
    FaultKind::Lose(Way::Down),
    FaultKind::Insert(Way::Up),
    FaultKind::Insert(Way::Down),
    FaultKind::Double(Way::Up),
    FaultKind::Double(Way::Down),
    FaultKind::Change(Way::Up),
    FaultKind::Change(Way::Down),
    FaultKind::ForeignUrc,
    FaultKind::OtherAnswers,
    FaultKind::Stall(Way::Up),
    FaultKind::Stall(Way::Down),
    FaultKind::Reboot,
    FaultKind::LoseContexts,
    FaultKind::DropControl,
    FaultKind::DropData,
    FaultKind::LoseUrc,
    FaultKind::Busy,
    FaultKind::WouldBlock,
    FaultKind::StallServer,
    FaultKind::Refuse(421),
    FaultKind::Refuse(425),
    FaultKind::Refuse(426),
    FaultKind::Refuse(450),
    FaultKind::Refuse(451),
    FaultKind::Refuse(550),
    FaultKind::Refuse(552),
];

impl FaultKind {
    /// Returns true if the bytes of a file may differ at an equal size.
    pub(crate) fn changes_bytes(self) -> bool {
        matches!(self, FaultKind::Change(_))
    }

    /// Returns the name for the report.
    pub(crate) fn name(self) -> String {
        let way = |way| match way {
            Way::Up => "to the module",
            Way::Down => "to the host",
        };
        match self {
            FaultKind::Lose(to) => format!("bytes lost, {}", way(to)),
            FaultKind::Change(to) => format!("bytes changed, {}", way(to)),
            FaultKind::Insert(to) => format!("bytes inserted, {}", way(to)),
            FaultKind::Double(to) => format!("bytes doubled, {}", way(to)),
            FaultKind::ForeignUrc => "a URC of another service".into(),
            FaultKind::OtherAnswers => "answers to another program".into(),
            FaultKind::Stall(to) => format!("silence of 7 s, {}", way(to)),
            FaultKind::Reboot => "the module restarts".into(),
            FaultKind::LoseContexts => "the PDP context is lost".into(),
            FaultKind::DropControl => "the control connection is lost".into(),
            FaultKind::DropData => "the data connection is lost".into(),
            FaultKind::LoseUrc => "a URC is lost".into(),
            FaultKind::Busy => "603 until the session is closed".into(),
            FaultKind::WouldBlock => "602 once".into(),
            FaultKind::StallServer => "silence of the server of 14 s".into(),
            FaultKind::Refuse(code) => format!("the server refuses with {code}"),
        }
    }
}

/// The place where a fault happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaultPlace {
    /// At this byte of a direction.
    Byte(Way, u64),
    /// After so many FTP operations.
    Operation(u64),
}

/// One fault.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    pub(crate) kind: FaultKind,
    pub(crate) place: FaultPlace,
    /// Bytes that it concerns.
    pub(crate) amount: usize,
    /// The bytes that are inserted, or by which some are changed.
    pub(crate) pattern: u64,
}

/// The numbers of bytes and operations of a transfer without a fault, and the ends of its lines.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extent {
    pub(crate) counts: [u64; 3],
    pub(crate) ends: [Vec<u64>; 2],
}

impl Fault {
    /// Draws a fault of a kind: at the end of a line, or anywhere.
    pub(crate) fn draw(kind: FaultKind, extent: &Extent, random: &mut Rng) -> Self {
        let place = match kind {
            FaultKind::Refuse(_) => FaultPlace::Operation(random.u64(0..extent.counts[2].max(1))),
            FaultKind::Lose(way)
            | FaultKind::Change(way)
            | FaultKind::Insert(way)
            | FaultKind::Double(way)
            | FaultKind::Stall(way) => FaultPlace::Byte(way, byte(way, extent, random)),
            FaultKind::ForeignUrc | FaultKind::OtherAnswers => {
                FaultPlace::Byte(Way::Down, byte(Way::Down, extent, random))
            }
            _ => {
                let way = if random.bool() { Way::Up } else { Way::Down };
                FaultPlace::Byte(way, byte(way, extent, random))
            }
        };
        let amount = match random.u8(0..4) {
            0 | 1 => 1,
            2 => random.usize(1..=20),
            _ => random.usize(1..=2000),
        };
        Fault {
            kind,
            place,
            amount,
            pattern: random.u64(..),
        }
    }

    /// Changes the bytes at a place. Returns false for a fault that does not.
    pub(crate) fn spoil(&self, bytes: &mut Vec<u8>, at: usize) -> bool {
        let end = (at + self.amount).min(bytes.len());
        let pattern = self.pattern.to_le_bytes();
        match self.kind {
            FaultKind::Lose(_) => drop(bytes.drain(at..end)),
            FaultKind::Change(_) => {
                // One byte: a bit, or all of it.
                let bits = if pattern[0] < 128 {
                    1 << (pattern[1] % 8)
                } else {
                    pattern[1] | 1
                };
                bytes[at] ^= bits;
            }
            FaultKind::Insert(_) => {
                let count = self.amount.min(pattern.len());
                bytes.splice(at..at, pattern[..count].iter().copied());
            }
            FaultKind::Double(_) => {
                let doubled = bytes[at..end].to_vec();
                bytes.splice(at..at, doubled);
            }
            FaultKind::ForeignUrc => {
                let urcs: [&[u8]; 4] = [
                    b"\r\nRING\r\n",
                    b"\r\n+CREG: 2\r\n",
                    b"\r\n+CMTI: \"SM\",3\r\n",
                    b"\r\n+QIURC: \"recv\",0\r\n",
                ];
                let urc = urcs[usize::from(pattern[0]) % urcs.len()];
                bytes.splice(at..at, urc.iter().copied());
            }
            FaultKind::OtherAnswers => {
                let answers: [&[u8]; 3] = [
                    b"\r\n+CSQ: 20,99\r\n\r\nOK\r\n",
                    b"\r\nOK\r\n",
                    b"\r\nERROR\r\n",
                ];
                let answer = answers[usize::from(pattern[0]) % answers.len()];
                bytes.splice(at..at, answer.iter().copied());
            }
            _ => return false,
        }
        true
    }
}

fn byte(way: Way, extent: &Extent, random: &mut Rng) -> u64 {
    let ends = &extent.ends[way as usize];
    let count = extent.counts[way as usize].max(1);
    if random.bool() && !ends.is_empty() {
        let end = ends[random.usize(..ends.len())];
        return end.saturating_sub(random.u64(0..3)).min(count - 1);
    }
    random.u64(..count)
}
