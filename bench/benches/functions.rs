//! Times single functions: `make bench-functions`.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use qftp::dialect::ec2x::EC2X;
use qftp::dialect::nl668::NL668;
use qftp_bench_cases::at_stream::at_stream;
use qftp_bench_cases::download::Download;
use qftp_bench_cases::exchange::Exchange;
use qftp_bench_cases::ftp_session::FtpSession;
use qftp_bench_cases::module_transfer::{EC2X_LOGIN, ModuleTransfer};
use qftp_bench_cases::{Content, idle, lines, module_commands, upload};

const STREAM: usize = 100_000;
const FILE: usize = 64 * 1024;

fn main() {
    divan::main();
}

#[divan::bench(args = [1, 64, 4096])]
fn framing(bencher: Bencher, chunk: usize) {
    let stream = at_stream(STREAM);
    bencher
        .counter(BytesCount::new(stream.len()))
        .bench(|| lines::split(black_box(stream.as_bytes()), chunk));
}

#[divan::bench(args = [1, 64, 4096])]
fn parse(bencher: Bencher, chunk: usize) {
    let stream = at_stream(STREAM);
    bencher
        .counter(BytesCount::new(stream.len()))
        .bench(|| lines::parse(black_box(stream.as_bytes()), chunk));
}

#[divan::bench(args = [1, 64, 4096])]
fn idle_host(bencher: Bencher, chunk: usize) {
    let stream = at_stream(STREAM);
    bencher
        .counter(BytesCount::new(stream.len()))
        .bench(|| idle::run(black_box(stream.as_bytes()), chunk));
}

#[divan::bench]
fn exchange(bencher: Bencher) {
    let mut exchange = Exchange::default();
    bencher.bench_local(|| exchange.run());
}

#[divan::bench(args = [Content::Random, Content::FalseTrailers, Content::PartialTrailers])]
fn payload_ec2x(bencher: Bencher, content: Content) {
    let download = Download::new(&EC2X, &content.bytes(FILE));
    bencher
        .counter(BytesCount::new(FILE))
        .bench(|| download.run(4096));
}

#[divan::bench(args = [Content::Random, Content::Etx])]
fn payload_nl668(bencher: Bencher, content: Content) {
    let download = Download::new(&NL668, &content.bytes(FILE));
    bencher
        .counter(BytesCount::new(FILE))
        .bench(|| download.run(4096));
}

#[divan::bench(args = [64, 4096])]
fn upload_ec2x(bencher: Bencher, piece: usize) {
    let content = Content::Random.bytes(FILE);
    bencher
        .counter(BytesCount::new(FILE))
        .bench(|| upload::run(&EC2X, &content, piece));
}

#[divan::bench]
fn module_command_lines(bencher: Bencher) {
    bencher.bench(|| module_commands::run(&EC2X, 10));
}

#[divan::bench]
fn module_download(bencher: Bencher) {
    let content = Content::Random.bytes(FILE);
    let mut module = ModuleTransfer::new(&EC2X, &EC2X_LOGIN);
    bencher
        .counter(BytesCount::new(FILE))
        .bench_local(|| module.download("AT+QFTPGET=\"f\",\"COM:\"", &content, 4096));
}

#[divan::bench]
fn ftp_replies(bencher: Bencher) {
    let mut session = FtpSession::default();
    bencher.bench_local(|| session.ask());
}
