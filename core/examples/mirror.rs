//! Makes a directory of the server a copy of a local one: uploads what differs, deletes what is gone.
//!
//! ```console
//! $ cargo run -p qftp --example mirror -- /dev/ttyUSB2 ftp.example.com user password logs backup/logs
//! ```

use std::path::Path;

use qftp::client::{Client, ClientOptions, Error, Login, TreeEvent, TreeOptions, TreeOutcome};

/// Mirrors a directory, and returns a line for each file and directory that was not left alone.
pub(crate) fn mirror(
    client: &mut Client,
    local: &Path,
    remote: &[u8],
) -> Result<Vec<String>, Error> {
    let mut on_event = |event: TreeEvent<'_>| {
        if let TreeEvent::Progress(done, Some(total)) = event {
            eprint!("\r{done} of {total} bytes ");
        }
    };
    let options = TreeOptions::new()
        .mirror(true)
        .delete(true)
        .on_event(&mut on_event);
    let report = client.put_tree(local, remote, options)?;
    let told = report.items.iter().filter_map(|item| {
        let name = String::from_utf8_lossy(&item.remote);
        let action = item.action.name();
        match &item.outcome {
            TreeOutcome::Transferred(moved) => {
                Some(format!("{action} {name}: {} bytes", moved.bytes))
            }
            TreeOutcome::Failed(error) => Some(format!("{action} {name}: {}", error.describe())),
            TreeOutcome::Skipped(reason) if reason.is_lack() => {
                Some(format!("skipped {name}: {}", reason.meaning()))
            }
            TreeOutcome::Done => Some(format!("{action} {name}")),
            _ => None,
        }
    });
    Ok(told.collect())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [port, host, user, password, local, remote] = words.as_slice() else {
        return Err("usage: mirror PORT HOST USER PASSWORD LOCAL REMOTE".into());
    };
    let mut client = ClientOptions::new().open(port)?;
    client.login(&Login::new(host.as_str(), user.as_str(), password.as_str()))?;
    for line in mirror(&mut client, Path::new(local), remote.as_bytes())? {
        println!("{line}");
    }
    client.logout()?;
    Ok(())
}
