//! `qftp completions`: prints a completion script for a shell.

use clap_complete::Shell;

use crate::console;
use crate::problem::Problem;

const EXAMPLES: &str = "\
Examples:
  qftp completions bash > ~/.local/share/bash-completion/completions/qftp
  qftp completions zsh > ~/.zfunc/_qftp
  qftp completions fish > ~/.config/fish/completions/qftp.fish";

/// Holds the arguments of `qftp completions`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Shell to complete in
    shell: Shell,
}

/// Prints the script for `description`, the whole command line.
pub(crate) fn run(arguments: &Arguments, mut description: clap::Command) -> Result<(), Problem> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut description, "qftp", &mut script);
    console::print_bytes(&script)
}
