//! The arguments of `qftp get`.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::retry::RetryOptions;
use crate::via::ViaOption;

const EXAMPLES: &str = "\
Examples:
  qftp get ftp://ftp.example.com/firmware.bin         to ./firmware.bin
  qftp get 'ftp://ftp.example.com/logs/*.csv' -o data
  qftp get -r ftp://ftp.example.com/logs              to ./logs
  qftp get ftp://ftp.example.com/firmware.bin /tmp/   to /tmp/firmware.bin
  qftp get ftp://ftp.example.com/data.tar - | tar x
  qftp get --continue ftp://ftp.example.com/big.bin   continues ./big.bin

`*`, `?` and `[abc]` stand for characters of one name; write %2A, %3F and %5B for
these characters themselves. A pattern that matches nothing is taken as a name.

Until it is complete, a file has a temporary name in the same directory. A get that
fails leaves there what is confirmed, and --continue goes on with it. Small files are
synced to the disk together; each is told when it has its name. A failure leaves the
other files, and the exit code is that of the first.";

/// Holds the arguments of `qftp get`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
#[allow(clippy::struct_excessive_bools)] // each is a switch of its own
pub(crate) struct Arguments {
    /// File to write, or directory, or `-` for standard output
    #[arg(short, long, value_name = "LOCAL")]
    pub(super) output: Option<PathBuf>,
    /// Download directories with all that is below them
    #[arg(short, long, conflicts_with = "via")]
    pub(super) recursive: bool,
    /// Continue what an earlier get left, or the local file
    #[arg(short = 'c', long = "continue", conflicts_with = "via")]
    pub(super) resume: bool,
    /// Give a file the time that the server states
    #[arg(short = 'R', long, conflicts_with = "via")]
    pub(super) remote_time: bool,
    /// Leave files alone that exist
    #[arg(long)]
    pub(super) no_clobber: bool,
    /// Make the local directories that are missing
    #[arg(long)]
    pub(super) create_dirs: bool,
    /// Text: convert the ends of the lines (TYPE A). Sizes prove nothing then, and nothing is tried again
    #[arg(short, long, conflicts_with_all = ["recursive", "resume", "remote_time", "verify", "via"])]
    pub(super) ascii: bool,
    /// Get each file twice and compare; takes as long again
    #[arg(long, conflicts_with = "via")]
    pub(super) verify: bool,
    /// Do not wait until the file is on the disk; a power cut may damage it
    #[arg(long)]
    pub(super) no_fsync: bool,
    #[command(flatten)]
    pub(super) through: ViaOption,
    #[command(flatten)]
    pub(super) retry: RetryOptions,
    /// Files to download, all on one server; behind them may stand what --output names
    #[arg(required = true, value_name = "URL")]
    pub(super) urls: Vec<OsString>,
}
