//! The limit of descriptors of the process. A server has eight for each session.

use rustix::process::{Resource, getrlimit, setrlimit};

/// Raises the limit to the highest that the system allows this process; a limit that stays shows when a session finds no
/// descriptor. The program has its process for itself, so no one else is surprised by it.
pub(crate) fn raise_limit() {
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        limit.current = limit.maximum;
        let _ = setrlimit(Resource::Nofile, limit);
    }
}
