//! The two messages of a time server: the question and the answer (RFC 5905 §7.3).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::module::InternetError;

/// Bytes of a message without extensions.
pub(super) const LENGTH: usize = 48;
/// Version 4, from a client.
const CLIENT: u8 = 0x23;
/// The mode of a server's answer, in the last three bits.
const SERVER: u8 = 4;
/// The clock of the server is not set, in the first two bits.
const NOT_SET: u8 = 3;
/// A server that has this stratum or a larger one does not know the time; 0 asks the client to go away.
const NO_STRATUM: u8 = 16;
/// Seconds from 1900, where the time of a message begins, to 1970.
const SINCE_1900: u64 = 2_208_988_800;
/// Seconds of an era: the time of a message starts over in 2036.
const ERA: u64 = 1 << 32;

/// A question, which knows its answer by the stamp that comes back in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimeMessage {
    stamp: [u8; 8],
}

impl TimeMessage {
    /// Makes a question with a stamp of its own.
    pub(super) fn new() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let nanoseconds = now.unwrap_or_default().as_nanos();
        let low = u64::try_from(nanoseconds & u128::from(u64::MAX));
        TimeMessage {
            stamp: low.unwrap_or_default().to_be_bytes(),
        }
    }

    /// Returns the bytes of the question.
    pub(super) fn bytes(self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        bytes[0] = CLIENT;
        bytes[40..].copy_from_slice(&self.stamp);
        bytes
    }

    /// Reads a message that came, as the time since 1970; `None`: it is not the answer to this question.
    pub(super) fn read(self, bytes: &[u8]) -> Option<Result<Duration, InternetError>> {
        let bytes: &[u8; LENGTH] = bytes.get(..LENGTH)?.try_into().ok()?;
        if bytes[24..32] != self.stamp || bytes[0] & 7 != SERVER {
            return None;
        }
        let knows_time = bytes[0] >> 6 != NOT_SET && (1..NO_STRATUM).contains(&bytes[1]);
        let number = |at: usize| {
            let four = bytes[at..].iter().take(4);
            four.fold(0, |number, byte| number << 8 | u64::from(*byte))
        };
        let (seconds, fraction) = (number(40), number(44));
        if !knows_time || seconds == 0 {
            return Some(Err(InternetError::BadAnswer));
        }
        let seconds = match seconds.checked_sub(SINCE_1900) {
            Some(seconds) => seconds,
            None => seconds + ERA - SINCE_1900,
        };
        let nanoseconds = u32::try_from((fraction * 1_000_000_000) >> 32).unwrap_or(0);
        Some(Ok(Duration::new(seconds, nanoseconds)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(question: TimeMessage, first: u8, stratum: u8, seconds: u32) -> Vec<u8> {
        let mut bytes = vec![0; LENGTH];
        bytes[0] = first;
        bytes[1] = stratum;
        bytes[24..32].copy_from_slice(&question.bytes()[40..]);
        bytes[40..44].copy_from_slice(&seconds.to_be_bytes());
        bytes[44] = 0x80;
        bytes
    }

    #[test]
    fn an_answer_tells_the_time_also_after_the_first_era() {
        let question = TimeMessage::new();
        let half = Duration::from_millis(500);
        for (seconds, expected) in [
            (2_208_988_801, Duration::from_secs(1)),
            (4_004_294_400, Duration::from_secs(1_795_305_600)),
            (1, Duration::from_secs(2_085_978_497)),
        ] {
            let read = question.read(&answer(question, 0x24, 2, seconds));
            assert_eq!(read, Some(Ok(expected + half)));
        }
    }

    #[test]
    fn a_server_that_does_not_know_the_time_is_not_believed() {
        let question = TimeMessage::new();
        for (first, stratum, seconds) in [
            (0xE4, 2, 4_004_294_400),
            (0x24, 0, 4_004_294_400),
            (0x24, 16, 4_004_294_400),
            (0x24, 2, 0),
        ] {
            let read = question.read(&answer(question, first, stratum, seconds));
            assert_eq!(read, Some(Err(InternetError::BadAnswer)), "{first:#x}");
        }
    }

    #[test]
    fn what_answers_another_question_is_ignored() {
        let question = TimeMessage::new();
        let other = TimeMessage { stamp: [7; 8] };
        assert_eq!(question.read(&answer(other, 0x24, 2, 4_004_294_400)), None);
        assert_eq!(question.read(&question.bytes()), None);
        let whole = answer(question, 0x24, 2, 4_004_294_400);
        for length in 0..LENGTH {
            assert_eq!(question.read(&whole[..length]), None, "{length}");
        }
    }
}
