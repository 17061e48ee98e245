//! The address of data connections, as a login asks for it (002 and 004 §2.1 `data_address`).

use crate::dialect::{Dialect, SettingKind, Value};

/// The address that the module's data connections go to in passive mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DataAddress {
    /// The address that the server names in its reply to PASV.
    Server,
    /// The address of the control connection: for a server that names a private address.
    Peer,
    /// The address of the control connection first, then the one that the server names.
    PeerThenServer {
        /// Seconds that the first may take, 15 to 50.
        after_s: u8,
    },
}

impl DataAddress {
    /// The default wait of modules in [`DataAddress::PeerThenServer`], in seconds (002 §2.1).
    pub const AFTER_S: u8 = 25;

    /// Returns `data_address_type`, and `data_timeout` where it has one.
    pub(super) fn values(self) -> (u64, Option<u64>) {
        match self {
            DataAddress::Server => (0, None),
            DataAddress::Peer => (1, None),
            DataAddress::PeerThenServer { after_s } => (2, Some(after_s.into())),
        }
    }

    /// Returns true where a dialect can do it.
    pub(super) fn fits(self, dialect: &Dialect) -> bool {
        let setting = dialect.setting(SettingKind::DataAddress);
        setting.is_some_and(|setting| setting.takes(Value::Integer(self.values().0)))
    }

    /// Returns its name for the error of a dialect that lacks it.
    pub(super) fn operation(self) -> &'static str {
        match self {
            DataAddress::Server => "data address server",
            DataAddress::Peer => "data address peer",
            DataAddress::PeerThenServer { .. } => "data address peer-then-server",
        }
    }
}
