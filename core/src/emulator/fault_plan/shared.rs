//! The running plan as the parts of an emulator share it: the module, the FTP session and the event loop.

use std::sync::{Arc, Mutex, PoisonError};

use super::FaultPlan;
use super::run::PlanRun;
use crate::module::{AnswerFault, FaultHook, UrcFault};

/// A running plan. All that hold it are in one thread; a lock is a way to share, and none waits for it.
#[derive(Clone, Debug, Default)]
pub(in crate::emulator) struct SharedPlan(Arc<Mutex<PlanRun>>);

impl SharedPlan {
    /// Starts a plan.
    pub(in crate::emulator) fn new(plan: FaultPlan) -> Self {
        SharedPlan(Arc::new(Mutex::new(PlanRun::new(plan))))
    }

    /// Uses the plan. `work` must not reach for it again.
    pub(in crate::emulator) fn with<T>(&self, work: impl FnOnce(&mut PlanRun) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl FaultHook for SharedPlan {
    fn on_command(&mut self, name: &[u8], ahead: usize) -> AnswerFault {
        let Ok(name) = std::str::from_utf8(name) else {
            return AnswerFault::default();
        };
        self.with(|run| run.on_command(name, ahead))
    }

    fn on_urc(&mut self, text: &[u8], ahead: usize) -> UrcFault {
        let name = text.split(|byte| *byte == b':').next().unwrap_or(text);
        let Ok(name) = std::str::from_utf8(name) else {
            return UrcFault::default();
        };
        self.with(|run| run.on_urc(name, ahead))
    }
}
