//! The way in which each transfer goes over the line: as the user chose, or as the module turns out to need.

use crate::dialect::{CommandKind, Dialect, Direction};
use crate::host::{FinalError, HostError, TransferWay, Warning};

/// The code for a command that a module does not support, and for an unknown error (27.007 §9.2).
const NO_COMMAND: [u16; 2] = [4, 100];

/// The ways of a client.
#[derive(Debug, Default)]
pub(super) struct Ways {
    /// The user's choice.
    chosen: Option<TransferWay>,
    put: FoundWay,
    get: FoundWay,
}

/// The way that was found for one direction.
#[derive(Clone, Copy, Debug, Default)]
struct FoundWay {
    way: TransferWay,
    /// The other way has been turned to; that is done once.
    turned: bool,
}

impl Ways {
    /// Takes the user's choice; `None` begins with the first way, and turns to the other one where that is refused.
    pub(super) fn new(chosen: Option<TransferWay>) -> Self {
        Ways {
            chosen,
            ..Ways::default()
        }
    }

    /// Returns the way of a transfer in this direction.
    pub(super) fn of(&self, direction: Direction) -> TransferWay {
        self.chosen.unwrap_or(match direction {
            Direction::Up => self.put.way,
            Direction::Down => self.get.way,
        })
    }

    /// Turns to the other way where a failure, before a byte of payload moved, shows that the first one does not work.
    /// Where the other one fails so, too, it turns back for good. Returns the warning of a transfer that begins anew.
    pub(super) fn turn(
        &mut self,
        dialect: &Dialect,
        direction: Direction,
        failure: &HostError,
    ) -> Option<Warning> {
        let (found, kinds, warning) = match direction {
            Direction::Up => (
                &mut self.put,
                &[CommandKind::FtpPutPiece][..],
                Warning::PutsInPieces,
            ),
            Direction::Down => (
                &mut self.get,
                &[CommandKind::FtpFetch, CommandKind::FtpReceive][..],
                Warning::GetsInPieces,
            ),
        };
        let has_another = kinds.iter().all(|kind| dialect.command(*kind).is_some());
        if self.chosen.is_some() || !has_another || !is_of_the_command(failure) {
            return None;
        }
        match found.way {
            TransferWay::Stream if !found.turned => {
                *found = FoundWay {
                    way: TransferWay::Pieces,
                    turned: true,
                };
                Some(warning)
            }
            _ => {
                found.way = TransferWay::Stream;
                None
            }
        }
    }
}

/// Returns true where the module does not know the command, or answers it by something else: no file and no server is
/// the cause.
fn is_of_the_command(failure: &HostError) -> bool {
    match failure {
        HostError::FinalError { final_error, .. } => match final_error {
            FinalError::Error => true,
            FinalError::Cme(number) => NO_COMMAND.contains(number),
            _ => false,
        },
        HostError::UnexpectedLine { .. } => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::ec2x::EC2X;
    use crate::dialect::nl668::NL668;

    fn refused(final_error: FinalError) -> HostError {
        HostError::FinalError {
            command: "AT+FTPSTOR".into(),
            final_error,
        }
    }

    #[test]
    fn a_command_that_is_refused_turns_its_direction_once() {
        let mut ways = Ways::new(None);
        let up = Direction::Up;
        let error = refused(FinalError::Error);
        assert_eq!(ways.turn(&NL668, up, &error), Some(Warning::PutsInPieces));
        assert_eq!(ways.of(up), TransferWay::Pieces);
        assert_eq!(ways.of(Direction::Down), TransferWay::Stream);
        // The other way does not work either.
        assert_eq!(ways.turn(&NL668, up, &error), None);
        assert_eq!(ways.of(up), TransferWay::Stream);
        assert_eq!(ways.turn(&NL668, up, &error), None);
        assert_eq!(ways.of(up), TransferWay::Stream);
    }

    #[test]
    fn only_a_failure_of_the_command_turns() {
        let down = Direction::Down;
        let cases = [
            (refused(FinalError::Error), true),
            (refused(FinalError::Cme(4)), true),
            (refused(FinalError::Cme(100)), true),
            (refused(FinalError::Cme(2024)), false),
            (refused(FinalError::NoCarrier), false),
            (HostError::Busy, false),
        ];
        for (failure, turns) in cases {
            let mut ways = Ways::new(None);
            let turned = ways.turn(&NL668, down, &failure);
            assert_eq!(turned.is_some(), turns, "{failure:?}");
            let mut ways = Ways::new(None);
            assert_eq!(ways.turn(&EC2X, down, &failure), None);
            for way in TransferWay::ALL {
                let mut ways = Ways::new(Some(*way));
                assert_eq!(ways.turn(&NL668, down, &failure), None);
                assert_eq!(ways.of(down), *way);
            }
        }
    }
}
