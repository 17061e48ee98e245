//! Where the module connects for data, as it is asked for on the command line.

use clap::{Args, ValueEnum};
use qftp::client::{DataAddress, Task};

use crate::headings::SERVER;
use crate::problem::Problem;

/// The options of data connections.
#[derive(Args)]
pub(crate) struct DataConnections {
    /// Address that data connections go to: the one the server names, or, behind a NAT, the peer's
    #[arg(long, global = true, value_name = "WHOSE", help_heading = SERVER)]
    data_address: Option<Whose>,
    /// Seconds that peer-then-server gives the peer's address [default: 25]
    #[arg(long, global = true, value_name = "SECONDS", help_heading = SERVER)]
    #[arg(value_parser = clap::value_parser!(u8).range(15..=50))]
    data_timeout: Option<u8>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Whose {
    /// The one that the server names
    Server,
    /// The one that the control connection goes to
    Peer,
    /// That one; the server's when it has not connected
    PeerThenServer,
}

impl DataConnections {
    /// What a login is to set; `None` leaves the module as it is.
    pub(crate) fn address(&self) -> Result<Option<DataAddress>, Problem> {
        let address = match (self.data_address, self.data_timeout) {
            (Some(Whose::PeerThenServer), after) => Some(DataAddress::PeerThenServer {
                after_s: after.unwrap_or(DataAddress::AFTER_S),
            }),
            (_, Some(_)) => {
                let message = "--data-timeout is given without --data-address peer-then-server";
                return Err(Problem::usage(message));
            }
            (Some(Whose::Server), None) => Some(DataAddress::Server),
            (Some(Whose::Peer), None) => Some(DataAddress::Peer),
            (None, None) => None,
        };
        Ok(address)
    }

    /// What the module has to be able to do for it.
    pub(crate) fn task(&self) -> Option<Task> {
        match self.data_address? {
            Whose::Server => None,
            Whose::Peer => Some(Task::PeerAddress),
            Whose::PeerThenServer => Some(Task::PeerThenServerAddress),
        }
    }
}
