//! A debug print of a module shows no account, whatever state the module is in.

use core::time::Duration;

use qftp::dialect;
use qftp::module::Module;

const NOW: Duration = Duration::ZERO;

#[test]
fn a_debug_print_shows_no_account() {
    // As text, and as the numbers of its bytes.
    let secret = "s3cret";
    let numbers = format!("{:?}", secret.as_bytes());
    let numbers = numbers.trim_matches(['[', ']']);
    for dialect in dialect::ALL {
        let mut module = Module::new(dialect);
        for typed in [
            "AT+QFTPCFG=\"account\",\"joe\",\"s3cret\"\r",
            "AT+QFTPUSER=\"joe\"\r",
            "AT+QFTPPASS=\"s3cret\"\r",
            "AT+FTPOPEN=\"h\",\"joe\",\"s3cret\"\r",
            "AT+QFTPCFG=\"account\",\"joe\",\"s3cret",
        ] {
            module.handle_input(NOW, typed.as_bytes());
            let printed = format!("{module:?}");
            assert!(printed.contains(dialect.name), "{printed}");
            let leaks = printed.contains(secret) || printed.contains(numbers);
            assert!(!leaks, "{}: {printed}", dialect.name);
        }
    }
}
