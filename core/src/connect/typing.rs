//! The right of a search to type on a port.

/// Says whether the search for a module may type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Typing {
    /// It types `AT`, on ports without the mark of an upload.
    At,
    /// It types nothing: an upload of another machine may be running.
    Nothing,
}
