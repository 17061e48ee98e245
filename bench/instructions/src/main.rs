//! Runs one case by its name, for callgrind to count the instructions of; without a name, lists the cases. `--write FOLDER` writes
//! the inputs of the cases of the C library.
//!
//! `scripts/instructions.sh` runs each under `callgrind --toggle-collect=*counted_region*`: what a case prepares does not
//! count.

use std::hint::black_box;
use std::path::Path;
use std::process::ExitCode;
use std::{fs, io};

use qftp::dialect::ec2x::EC2X;
use qftp::dialect::gsm::GSM;
use qftp::dialect::nl668::NL668;
use qftp_bench_cases::at_stream::at_stream;
use qftp_bench_cases::download::Download;
use qftp_bench_cases::exchange::Exchange;
use qftp_bench_cases::ftp_session::FtpSession;
use qftp_bench_cases::module_transfer::{EC2X_LOGIN, ModuleTransfer};
use qftp_bench_cases::{Content, idle, lines, module_commands, upload};

/// Bytes of an AT stream, and of a file.
const STREAM: usize = 200_000;
const FILE: usize = 256 * 1024;
/// Bytes of a file that looks like the end of a payload all along.
const HOSTILE: usize = 32 * 1024;

/// A case: its name, and what it runs.
type Case = (&'static str, fn());

const CASES: &[Case] = &[
    ("framing/lines by 1 byte", || split(1)),
    ("framing/lines by 64", || split(64)),
    ("framing/lines by 4096", || split(4096)),
    ("framing/lines by 64, parsed", || {
        let stream = at_stream(STREAM);
        counted(|| lines::parse(stream.as_bytes(), 64));
    }),
    ("idle host/by 1 byte", || idle_host(1)),
    ("idle host/by 64", || idle_host(64)),
    ("idle host/by 4096", || idle_host(4096)),
    ("download/ec2x random", || download(&EC2X, Content::Random)),
    ("download/ec2x false trailers", || {
        download(&EC2X, Content::FalseTrailers);
    }),
    ("download/ec2x partial trailers", || {
        download(&EC2X, Content::PartialTrailers);
    }),
    ("download/gsm random", || download(&GSM, Content::Random)),
    ("download/gsm false trailers", || {
        download(&GSM, Content::GsmFalseTrailers);
    }),
    ("download/nl668 random", || {
        download(&NL668, Content::Random);
    }),
    ("download/nl668 all 0x03", || download(&NL668, Content::Etx)),
    ("upload/ec2x by 64", || put(&EC2X, Content::Random, 64)),
    ("upload/ec2x by 4096", || put(&EC2X, Content::Random, 4096)),
    ("upload/nl668 by 4096", || {
        put(&NL668, Content::Random, 4096);
    }),
    ("exchange/1000 questions", || {
        let mut exchange = Exchange::default();
        counted(|| (0..1000).for_each(|_| exchange.run()));
    }),
    ("module/1000 command lines, ec2x", || {
        counted(|| module_commands::run(&EC2X, 125));
    }),
    ("module/1000 command lines, nl668", || {
        counted(|| module_commands::run(&NL668, 125));
    }),
    ("module/download", || {
        let mut module = ModuleTransfer::new(&EC2X, &EC2X_LOGIN);
        let content = Content::Random.bytes(FILE);
        counted(|| module.download("AT+QFTPGET=\"f\",\"COM:\"", &content, 4096));
    }),
    ("ftp/400 replies", || {
        let mut session = FtpSession::default();
        counted(|| (0..100).for_each(|_| session.ask()));
    }),
];

/// The only function whose instructions are counted. It is not generic, so that it stands once in the program.
#[inline(never)]
fn counted_region(work: &mut dyn FnMut()) {
    work();
    black_box(()); // no tail call: the region ends here
}

fn counted<T>(mut work: impl FnMut() -> T) {
    counted_region(&mut || {
        black_box(work());
    });
}

fn split(chunk: usize) {
    let stream = at_stream(STREAM);
    counted(|| lines::split(stream.as_bytes(), chunk));
}

fn idle_host(chunk: usize) {
    let stream = at_stream(STREAM);
    counted(|| idle::run(stream.as_bytes(), chunk));
}

fn download(dialect: &'static qftp::dialect::Dialect, content: Content) {
    let download = Download::new(dialect, &content.bytes(file_size(content)));
    counted(|| download.run(4096));
}

fn file_size(content: Content) -> usize {
    match content {
        Content::Random | Content::Zeros => FILE,
        _ => HOSTILE,
    }
}

fn put(dialect: &'static qftp::dialect::Dialect, content: Content, piece: usize) {
    let content = content.bytes(FILE);
    counted(|| upload::run(dialect, &content, piece));
}

/// Writes the inputs of the C library's cases.
fn write_inputs(folder: &Path) -> io::Result<()> {
    fs::write(folder.join("stream"), at_stream(STREAM))?;
    for content in [Content::Random, Content::FalseTrailers] {
        fs::write(
            folder.join(content.name()),
            content.bytes(file_size(content)),
        )?;
    }
    Ok(())
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(wanted) = arguments.next() else {
        for (name, _) in CASES {
            println!("{name}");
        }
        return ExitCode::SUCCESS;
    };
    if wanted == "--write" {
        let folder = arguments.next().unwrap_or_default();
        write_inputs(Path::new(&folder)).expect("the folder can be written");
        return ExitCode::SUCCESS;
    }
    let Some((_, run)) = CASES.iter().find(|(name, _)| *name == wanted) else {
        eprintln!("no case is named {wanted}");
        return ExitCode::FAILURE;
    };
    run();
    ExitCode::SUCCESS
}
