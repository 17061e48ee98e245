//! The options of data connections.

use clap::{Args, ValueEnum};
use qftp::client::{DataAddress, Task};

use crate::headings::SERVER;
use crate::problem::Problem;

/// Holds the options of data connections.
#[derive(Args)]
pub(crate) struct DataConnections {
    /// Address of data connections; `peer` is for a server behind a NAT
    #[arg(long, value_name = "ADDRESS", help_heading = SERVER)]
    data_address: Option<AddressChoice>,
    /// Seconds that peer-then-server tries the first address [default: 25]
    #[arg(long, value_name = "SECONDS", help_heading = SERVER)]
    #[arg(value_parser = clap::value_parser!(u8).range(15..=50))]
    data_timeout: Option<u8>,
}

#[derive(Clone, Copy, ValueEnum)]
enum AddressChoice {
    /// The address that the server names
    Server,
    /// The address of the control connection
    Peer,
    /// First the peer's, then the server's
    PeerThenServer,
}

impl DataConnections {
    /// Returns the address for a login; `None` leaves the module as it is.
    pub(crate) fn address(&self) -> Result<Option<DataAddress>, Problem> {
        let address = match (self.data_address, self.data_timeout) {
            (Some(AddressChoice::PeerThenServer), after) => Some(DataAddress::PeerThenServer {
                after_s: after.unwrap_or(DataAddress::AFTER_S),
            }),
            (_, Some(_)) => {
                let message = "--data-timeout is given without --data-address peer-then-server";
                return Err(Problem::usage(message));
            }
            (Some(AddressChoice::Server), None) => Some(DataAddress::Server),
            (Some(AddressChoice::Peer), None) => Some(DataAddress::Peer),
            (None, None) => None,
        };
        Ok(address)
    }

    /// Returns the task that the dialect must support for it.
    pub(crate) fn task(&self) -> Option<Task> {
        match self.data_address? {
            AddressChoice::Server => None,
            AddressChoice::Peer => Some(Task::PeerAddress),
            AddressChoice::PeerThenServer => Some(Task::PeerThenServerAddress),
        }
    }
}
