//! The lines of a module that starts or goes down.

/// Describes one line that a module says while it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct BootLine {
    /// The text, without line ends.
    pub text: &'static str,
    /// Time after the module begins to hear, as a percentage of its boot time.
    pub after: u16,
    /// The part of the SIM card in it.
    pub sim: SimLine,
}

/// Tells what a boot line has to do with the SIM card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SimLine {
    /// It is said with any card, and without one.
    Unrelated,
    /// It tells the state of the card; its text is that of a card that is ready.
    State,
    /// It is said once the card is ready.
    Ready,
}

impl BootLine {
    /// Makes a line that is said after this percentage of the boot time, whatever the card.
    pub const fn new(text: &'static str, after: u16) -> Self {
        BootLine {
            text,
            after,
            sim: SimLine::Unrelated,
        }
    }

    const fn of_sim(self, sim: SimLine) -> Self {
        BootLine { sim, ..self }
    }
}

/// Holds the lines of a module that goes down by a command, by what they are said for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct PowerDown {
    /// Said at an end in good order.
    pub normal: Option<&'static str>,
    /// Said at an urgent end.
    pub urgent: Option<&'static str>,
}

const SIM: BootLine = BootLine::new("+CPIN: READY", 20).of_sim(SimLine::State);

/// The lines of an EC module (COMMON 6.4). Phone book and messages are loaded last, and late (6.5).
pub(super) const BANNER_EC: &[BootLine] = &[
    BootLine::new("RDY", 0),
    BootLine::new("+CFUN: 1", 10),
    SIM,
    BootLine::new("+QUSIM: 1", 20).of_sim(SimLine::Ready),
    BootLine::new("+QIND: SMS DONE", 100).of_sim(SimLine::Ready),
    BootLine::new("+QIND: PB DONE", 150).of_sim(SimLine::Ready),
];
/// The lines of a GSM module (COMMON 2.2).
pub(super) const BANNER_GSM: &[BootLine] = &[
    BootLine::new("RDY", 0),
    BootLine::new("+CFUN: 1", 10),
    SIM,
    BootLine::new("Call Ready", 100).of_sim(SimLine::Ready),
    BootLine::new("SMS Ready", 150).of_sim(SimLine::Ready),
];
/// The line of a Fibocom module (FIELD 1.12).
pub(super) const BANNER_FIBOCOM: &[BootLine] = &[BootLine::new("AT command ready", 0)];
/// The lines of a BG96 (COMMON 6.4).
pub(super) const BANNER_BG96: &[BootLine] =
    &[BootLine::new("RDY", 0), BootLine::new("APP RDY", 50)];

/// The line of an LTE module in both modes of `AT+QPOWD` (COMMON 6.4).
pub(super) const POWER_DOWN_LTE: PowerDown = PowerDown {
    normal: Some("POWERED DOWN"),
    urgent: Some("POWERED DOWN"),
};
/// The line of a GSM module (COMMON 2.2, 6.5).
pub(super) const POWER_DOWN_GSM: PowerDown = PowerDown {
    normal: Some("NORMAL POWER DOWN"),
    urgent: None,
};
/// A Fibocom module answers `AT+CPWROFF` alone (COMMON 6.5).
pub(super) const POWER_DOWN_FIBOCOM: PowerDown = PowerDown {
    normal: None,
    urgent: None,
};
