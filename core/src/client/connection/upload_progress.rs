//! Tells the progress of an upload: what has left the line, and not what the buffers of this machine hold.

use std::time::Duration;

use super::Client;
use crate::client::payload::OperationPayload;

/// The interval at which the progress of what the port has taken is looked at.
const PROGRESS_LOOK: Duration = Duration::from_millis(50);

impl Client {
    /// Tells the payload how much of it has left the line. Returns the time after which more of it may have.
    pub(super) fn note_progress(&mut self, payload: &mut OperationPayload<'_>) -> Duration {
        if let OperationPayload::From(supply) = payload
            && supply.is_under_way()
            // A port that fails says so when it is written or read.
            && let Ok(on_its_way) = self.port.on_its_way()
        {
            supply.note_on_its_way(self.host.queued() + on_its_way);
            if on_its_way > 0 {
                return PROGRESS_LOOK;
            }
        }
        Duration::MAX
    }

    /// Tells the payload, before the line that has come is told, that all of it has left: behind all of it a module speaks
    /// to say that it has it. What a port tells of a line may be an estimate.
    pub(super) fn note_answer(&mut self, payload: &mut OperationPayload<'_>) {
        if let OperationPayload::From(supply) = payload
            && supply.is_all_supplied()
            && self.host.queued() == 0
        {
            supply.note_on_its_way(0);
        }
    }
}
