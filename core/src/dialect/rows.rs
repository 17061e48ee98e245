//! Rows that only a module needs.

use super::command::Command;

/// Returns rows that a module answers and no host asks for: a library without an emulator does without them.
pub(super) const fn module_only(rows: &'static [Command]) -> &'static [Command] {
    if cfg!(feature = "module") { rows } else { &[] }
}
