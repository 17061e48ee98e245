//! The action that a plan asks for.

use core::time::Duration;

use crate::dialect::Dialect;
use crate::host::answer::Answer;
use crate::host::error::HostError;
use crate::host::step::Step;

/// The next action of the host.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // there is one at a time
pub(crate) enum Next {
    /// Runs an exchange.
    Run(Step),
    /// Leaves data mode by `+++`.
    Escape,
    /// Sends nothing until the line has been silent.
    Silence,
    /// Sends nothing for this long.
    Pause(Duration),
    /// Ends, and speaks another dialect from now on.
    FinishIn(&'static Dialect, Result<Answer, HostError>),
    /// The end of the plan.
    Finish(Result<Answer, HostError>),
}
