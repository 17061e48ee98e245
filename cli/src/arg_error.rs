//! Errors and warnings of folders, links and addresses given on the command line.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::Path;

use crate::console;
use crate::exit::Exit;
use crate::problem::Problem;

/// Refuses a path that is not a readable folder.
pub(crate) fn check_folder(dir: &Path) -> Result<(), Problem> {
    let Err(error) = fs::read_dir(dir) else {
        return Ok(());
    };
    let dir = dir.display();
    Err(Problem::usage(match error.kind() {
        io::ErrorKind::NotFound => format!("{dir}: the folder does not exist"),
        io::ErrorKind::NotADirectory => format!("{dir} is not a folder"),
        _ => format!("{dir}: {error}"),
    }))
}

/// Returns the problem of an address that cannot be listened on.
pub(crate) fn cannot_listen(address: SocketAddr, error: &io::Error) -> Problem {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            let problem = Problem::new(Exit::PortBusy, format!("{address} is in use"));
            problem.hint("choose another port; 0 chooses a free one")
        }
        io::ErrorKind::PermissionDenied => {
            let problem = Problem::new(Exit::Port, format!("{address}: permission denied"));
            problem.hint("ports below 1024 are for the superuser; use 2121")
        }
        io::ErrorKind::AddrNotAvailable => {
            let message = format!("{} is not an address of this machine", address.ip());
            Problem::new(Exit::Port, message)
        }
        _ => Problem::new(Exit::Port, format!("{address}: {error}")),
    }
}

/// Warns of an address that other machines can reach, and says what that means.
pub(crate) fn warn_of_network(address: SocketAddr, meaning: &str) {
    if !address.ip().to_canonical().is_loopback() {
        console::warn(format_args!(
            "{address} is not a loopback address: {meaning}"
        ));
    }
}

/// Returns the problem of a link or a socket that cannot be made. An error of the library is a sentence with its name.
#[cfg(unix)]
pub(crate) fn cannot_make(name: &Path, error: &io::Error) -> Problem {
    if error.get_ref().is_none() {
        return Problem::new(Exit::Port, format!("{}: {error}", name.display()));
    }
    match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Problem::usage(error.to_string()).hint("choose another name; the file was not changed")
        }
        io::ErrorKind::NotFound | io::ErrorKind::InvalidInput => Problem::usage(error.to_string()),
        io::ErrorKind::ResourceBusy => Problem::new(Exit::PortBusy, error.to_string())
            .hint("choose another name, or end the other program"),
        _ => Problem::new(Exit::Port, error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders() {
        let dir = tempfile::tempdir().expect("a folder");
        assert!(check_folder(dir.path()).is_ok());
        let file = dir.path().join("file");
        fs::write(&file, "x").expect("a file");
        for (path, reason) in [
            (file, "is not a folder"),
            (dir.path().join("x"), "does not exist"),
        ] {
            let problem = check_folder(&path).expect_err("refused");
            assert_eq!(problem.exit, Exit::Usage);
            assert!(problem.message().contains(reason), "{}", problem.message());
        }
    }

    #[test]
    fn an_address_in_use_is_told_apart_from_one_that_cannot_be() {
        let exit = |kind| {
            let address = SocketAddr::from(([127, 0, 0, 1], 21));
            cannot_listen(address, &io::Error::from(kind)).exit as u8
        };
        assert_eq!(exit(io::ErrorKind::AddrInUse), 101);
        assert_eq!(exit(io::ErrorKind::AddrNotAvailable), 100);
        assert_eq!(exit(io::ErrorKind::PermissionDenied), 100);
        assert_eq!(exit(io::ErrorKind::Other), 100);
    }
}
