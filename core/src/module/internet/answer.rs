//! The answers of the internet, as the families report them.

use alloc::format;
use alloc::string::String;
use core::net::IpAddr;
use core::time::Duration;

/// Explains why the internet gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InternetError {
    /// The name has no address.
    UnknownHost,
    /// No answer came in time.
    Timeout,
    /// The address cannot be reached.
    Unreachable,
    /// The answer makes no sense.
    BadAnswer,
    /// The system lets this program ask no such question.
    NotPermitted,
}

/// Says what came of an echo, in the order in which they are reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::module) enum EchoReport {
    /// The echo of one packet.
    Back(IpAddr, Duration),
    /// One packet without an echo.
    Lost,
    /// All packets have been sent.
    Total(EchoTotal),
    /// No packet can be sent.
    Failed(InternetError),
}

/// Counts the packets of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::module) struct EchoTotal {
    pub(in crate::module) sent: u64,
    pub(in crate::module) back: u64,
    pub(in crate::module) shortest: Duration,
    pub(in crate::module) longest: Duration,
    pub(in crate::module) sum: Duration,
}

impl EchoTotal {
    /// Returns `<sent>,<rcvd>,<lost>,<min>,<max>,<avg>`, in packets and milliseconds.
    pub(in crate::module) fn text(&self) -> String {
        let average = u32::try_from(self.back).ok().filter(|back| *back > 0);
        let average = average.map_or(Duration::ZERO, |back| self.sum / back);
        format!(
            "{},{},{},{},{},{}",
            self.sent,
            self.back,
            self.sent - self.back,
            self.shortest.as_millis(),
            self.longest.as_millis(),
            average.as_millis()
        )
    }

    /// Counts the echo of one packet.
    pub(super) fn add(&mut self, time: Duration) {
        self.shortest = match self.back {
            0 => time,
            _ => self.shortest.min(time),
        };
        self.longest = self.longest.max(time);
        self.sum += time;
        self.back += 1;
    }
}
