//! Parts of this crate for its own tests and tools. No promise is made about them: a release may change or remove each.

/// Syntax of command lines and replies.
pub mod at {
    pub use crate::at::*;
}

/// Checksum of the store.
pub mod checksum {
    pub use crate::checksum::*;
}

/// The life of one command.
pub mod exchange {
    pub use crate::exchange::*;
}

/// Lines of listings.
#[cfg(feature = "std")]
pub mod listing {
    pub use crate::client::entry::parse_machine_line;
    pub use crate::client::list_line::parse_list_line;
}

/// Bytes become lines, and lines bytes.
pub mod framing {
    pub use crate::framing::*;
}

/// Errors of the system in words.
#[cfg(feature = "std")]
pub use crate::io_reason::{io_reason, without_system_numbers};

/// Sockets and files of the emulator.
#[cfg(feature = "emulator")]
pub mod emulator {
    pub use crate::emulator::alarm::Alarm;
    pub use crate::emulator::session::{SessionEvent, SocketSession};
    #[cfg(unix)]
    pub use crate::emulator::store::{
        ClaimedSink, FileStore, Sink, Source, StoreOptions, TemporaryFolder,
    };
}

/// Pseudo terminals.
#[cfg(all(unix, feature = "std"))]
pub mod pty {
    pub use crate::port::pty::*;
}

/// The record of a line that a program types at without an engine.
#[cfg(all(feature = "record", feature = "emulator"))]
pub mod record {
    pub use crate::record::line_tap::LineTap;
}

/// Telnet around the bytes of a serial line.
#[cfg(feature = "std")]
pub mod telnet {
    pub use crate::port::telnet::*;
}
