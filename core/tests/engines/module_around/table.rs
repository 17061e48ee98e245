//! The commands that are accepted and remembered, a line each.

use crate::harness::{Harness, printed};
use qftp::dialect::bg96::BG96;
use qftp::dialect::ec2x::EC2X;
use qftp::dialect::ec20::EC20;
use qftp::dialect::gsm::GSM;
use qftp::dialect::nl668::NL668;
use qftp::dialect::{self, CommandKind, Dialect, Recall};
use qftp::module::state::{ModuleState, NetworkState};

/// What is typed behind `AT`, and the lines before the result code; `None` is `ERROR`.
type Case = (&'static str, Option<&'static [&'static str]>);

const OK: Option<&[&str]> = Some(&[]);
const ERROR: Option<&[&str]> = None;

const ALL: &[&Dialect] = &[&EC20, &EC2X, &BG96, &GSM, &NL668];
const LTE: &[&Dialect] = &[&EC20, &EC2X, &BG96];
const EC: &[&Dialect] = &[&EC20, &EC2X];

fn check(dialects: &[&'static Dialect], cases: &[Case]) {
    for dialect in dialects {
        let mut harness = Harness::new(dialect);
        harness.ask("ATE0");
        for (typed, lines) in cases {
            let expected = match lines {
                None => printed(&["ERROR"]),
                Some([]) => printed(&["OK"]),
                Some(lines) => format!("\r\n{}\r\n{}", lines.join("\r\n"), printed(&["OK"])),
            };
            let answer = harness.ask(&format!("AT{typed}"));
            assert_eq!(answer, expected, "{} {typed}", dialect.name);
        }
    }
}

#[test]
fn short_messages_and_calls() {
    check(
        ALL,
        &[
            ("+CMGF?", Some(&["+CMGF: 0"])),
            ("+CMGF=1", OK),
            ("+CMGF?", Some(&["+CMGF: 1"])),
            ("+CMGF", OK),
            ("+CMGF?", Some(&["+CMGF: 0"])),
            ("+CMGF=2", ERROR),
            ("+CSCS?", Some(&["+CSCS: \"GSM\""])),
            ("+CSCS=\"ucs2\"", OK),
            ("+CSCS?", Some(&["+CSCS: \"UCS2\""])),
            ("+CSCS=\"LATIN\"", ERROR),
            ("+CSCS=?", Some(&["+CSCS: (\"GSM\",\"IRA\",\"UCS2\")"])),
            ("+CNMI=2,1", OK),
            ("+CNMI?", Some(&["+CNMI: 2,1,0,0,0"])),
            ("+CNMI=1,,0,1", OK),
            ("+CNMI?", Some(&["+CNMI: 1,1,0,1,0"])),
            ("+CNMI=4", ERROR),
            ("+CLIP?", Some(&["+CLIP: 0,1"])),
            ("+CLIP=1", OK),
            ("+CLIP?", Some(&["+CLIP: 1,1"])),
            ("+CLIP=2", ERROR),
            ("+COLP=0", OK),
            ("+COLP?", Some(&["+COLP: 0,0"])),
            ("+COLP=?", Some(&["+COLP: (0,1)"])),
            ("+CPAS", Some(&["+CPAS: 0"])),
            ("+CPAS?", ERROR),
            ("+CBC", Some(&["+CBC: 0,100,3800"])),
            ("+ICF?", Some(&["+ICF: 3,3"])),
            ("+ICF=3,1", OK),
            ("+ICF?", Some(&["+ICF: 3,1"])),
            ("+ICF=8", ERROR),
            ("+CTZU?", Some(&["+CTZU: 0"])),
            ("+CTZU=3", OK),
            ("+CTZU?", Some(&["+CTZU: 3"])),
            ("+CTZU=4", ERROR),
        ],
    );
}

#[test]
fn quality_of_service() {
    check(
        ALL,
        &[
            ("+CGQMIN?", OK),
            ("+CGQMIN=1,0,0,3,0,0", OK),
            ("+CGQMIN=2,,,,,31", OK),
            (
                "+CGQMIN?",
                Some(&["+CGQMIN: 1,0,0,3,0,0", "+CGQMIN: 2,0,0,0,0,31"]),
            ),
            ("+CGQREQ?", OK),
            ("+CGQREQ=1,0,0,3,0,0", OK),
            ("+CGQMIN=1", OK),
            ("+CGQMIN?", Some(&["+CGQMIN: 2,0,0,0,0,31"])),
            ("+CGQREQ?", Some(&["+CGQREQ: 1,0,0,3,0,0"])),
            ("+CGQMIN=17", ERROR),
            ("+CGQMIN=1,4", ERROR),
        ],
    );
    check(
        &[&EC20, &EC2X, &BG96, &NL668],
        &[
            ("+CGEQREQ=1,3,64,64,0,0,2,1500,\"1E4\",\"1E5\",3,0,3", OK),
            (
                "+CGEQREQ?",
                Some(&["+CGEQREQ: 1,3,64,64,0,0,2,1500,\"1E4\",\"1E5\",3,0,3"]),
            ),
            ("+CGEQMIN=1", OK),
            ("+CGEQMIN?", OK),
            ("+CGEQMIN=1,3", OK),
            (
                "+CGEQMIN?",
                Some(&["+CGEQMIN: 1,3,0,0,0,0,0,0,\"0E0\",\"0E0\",0,0,0"]),
            ),
        ],
    );
    check(&[&GSM], &[("+CGEQREQ=1", ERROR), ("+CGEQMIN?", ERROR)]);
}

#[test]
fn settings_by_name_of_lte() {
    check(
        LTE,
        &[
            (
                "+QURCCFG=\"urcport\"",
                Some(&["+QURCCFG: \"urcport\",\"usbat\""]),
            ),
            ("+QURCCFG=\"urcport\",\"uart1\"", OK),
            (
                "+QURCCFG=\"URCPORT\"",
                Some(&["+QURCCFG: \"urcport\",\"uart1\""]),
            ),
            ("+QURCCFG=\"urcport\",\"uart9\"", ERROR),
            ("+QURCCFG=\"none\"", ERROR),
            (
                "+QURCCFG=?",
                Some(&["+QURCCFG: \"urcport\",(\"usbat\",\"usbmodem\",\"uart1\",\"all\")"]),
            ),
            (
                "+QICFG=\"transpktsize\"",
                Some(&["+QICFG: \"transpktsize\",1024"]),
            ),
            ("+QICFG=\"dataformat\",1,1", OK),
            (
                "+QICFG=\"dataformat\"",
                Some(&["+QICFG: \"dataformat\",1,1"]),
            ),
            ("+QICFG=\"dataformat\",1", ERROR),
            ("+QINDCFG=\"csq\",1,1", OK),
            ("+QINDCFG=\"csq\"", Some(&["+QINDCFG: \"csq\",1"])),
            ("+QINDCFG=\"all\"", Some(&["+QINDCFG: \"all\",1"])),
            ("+QINDCFG=\"csq\",2", ERROR),
            ("+QCFG=\"usbnet\"", Some(&["+QCFG: \"usbnet\",0"])),
            ("+QCFG=\"usbnet\",1", OK),
            ("+QCFG=\"usbnet\"", Some(&["+QCFG: \"usbnet\",1"])),
            ("+QCFG=\"usbnet\",4", ERROR),
            ("+QCFG=\"nwscanmode\",0,1", OK),
            ("+QCFG=\"nwscanmode\"", Some(&["+QCFG: \"nwscanmode\",0"])),
            ("+QCFG=\"nwscanmode\",0,2", ERROR),
            ("+QCFG=\"nwscanseq\",020103,1", OK),
            (
                "+QCFG=\"nwscanseq\"",
                Some(&["+QCFG: \"nwscanseq\",020103"]),
            ),
            ("+QCFG=\"roamservice\",255,1", OK),
            (
                "+QCFG=\"roamservice\"",
                Some(&["+QCFG: \"roamservice\",255"]),
            ),
            ("+QCFG=\"roamservice\",3", ERROR),
            ("+QCFG=\"servicedomain\",1,1", OK),
            (
                "+QCFG=\"servicedomain\"",
                Some(&["+QCFG: \"servicedomain\",1"]),
            ),
            ("+QCFG=\"BAND\",0XF,0,0X8000004", OK),
            (
                "+QCFG=\"band\"",
                Some(&["+QCFG: \"band\",0xf,0x0,0x8000004"]),
            ),
            ("+QCFG=\"band\",f,8000000000000000,0,1", OK),
            (
                "+QCFG=\"band\"",
                Some(&["+QCFG: \"band\",0xf,0x8000000000000000,0x0"]),
            ),
            ("+QCFG=\"band\",g,0,0", ERROR),
            (
                "+QCFG=\"urc/ri/ring\"",
                Some(&["+QCFG: \"urc/ri/ring\",\"pulse\",120,1000,5000,\"off\",1"]),
            ),
            ("+QCFG=\"urc/ri/ring\",\"off\"", OK),
            (
                "+QCFG=\"urc/ri/ring\"",
                Some(&["+QCFG: \"urc/ri/ring\",\"off\",120,1000,5000,\"off\",1"]),
            ),
            ("+QCFG=\"urc/ri/other\",\"off\",200,2", OK),
            (
                "+QCFG=\"urc/ri/other\"",
                Some(&["+QCFG: \"urc/ri/other\",\"off\",200,2"]),
            ),
            ("+QCFG=\"risignaltype\",\"physical\"", OK),
            ("+QCFG=\"nosuch\"", ERROR),
            ("+QCFG=", ERROR),
            ("+QCFG?", ERROR),
            ("+QSCLK?", Some(&["+QSCLK: 0"])),
            ("+QSCLK=1", OK),
            ("+QSCLK?", Some(&["+QSCLK: 1"])),
            ("+QSCLK=2", ERROR),
        ],
    );
    check(&[&BG96], &[("+QCFG=\"iotopmode\",0,1", OK)]);
    check(EC, &[("+QCFG=\"iotopmode\",0,1", ERROR)]);
    check(&[&GSM, &NL668], &[("+QCFG=\"usbnet\"", ERROR)]);
    check(
        &[&GSM],
        &[("+QSCLK=2", OK), ("+QSCLK?", Some(&["+QSCLK: 2"]))],
    );
}

#[test]
fn cell_and_card() {
    check(
        EC,
        &[
            (
                "+QNWINFO",
                Some(&["+QNWINFO: \"FDD LTE\",\"00101\",\"LTE BAND 3\",1650"]),
            ),
            ("+QCSQ", Some(&["+QCSQ: \"LTE\",-57,-85,190,-9"])),
            (
                "+QENG=\"servingcell\"",
                Some(&[
                    "+QENG: \"servingcell\",\"NOCONN\",\"LTE\",\"FDD\",001,01,1A2B3C,100,1650,3,5,5,1A2B,-85,-9,-57,19,40",
                ]),
            ),
            ("+QENG=\"cell\"", ERROR),
        ],
    );
    check(
        &[&BG96],
        &[
            (
                "+QNWINFO",
                Some(&["+QNWINFO: \"CAT-M1\",\"00101\",\"LTE BAND 20\",6400"]),
            ),
            ("+QCSQ", Some(&["+QCSQ: \"CAT-M1\",-57,-85,190,-9"])),
        ],
    );
    check(
        LTE,
        &[
            ("+QINISTAT", Some(&["+QINISTAT: 7"])),
            (
                "+QSPN",
                Some(&["+QSPN: \"libqftp\",\"libqftp\",\"\",0,\"00101\""]),
            ),
            ("+QCCID", Some(&["+QCCID: 89860000000000000001"])),
            ("+CCID", Some(&["+CCID: 89860000000000000001"])),
            ("+ICCID", Some(&["+ICCID: 89860000000000000001"])),
            ("+QISTATE=1,0", OK),
            ("+QISTATE", OK),
            ("+QISTATE?", OK),
            ("+QICLOSE=0", OK),
            ("+QICLOSE=0,10", OK),
            ("+QICLOSE=12", ERROR),
        ],
    );
    check(
        &[&GSM],
        &[
            ("+QINISTAT", Some(&["+QINISTAT: 3"])),
            ("+CCID", Some(&["+CCID: \"89860000000000000001\""])),
            ("+QENG=1,0", OK),
            (
                "+QENG?",
                Some(&[
                    "+QENG: 0,0",
                    "+QENG: 0,001,01,1A2B,3C4D,20,46,-57,100,100,5,10,x,x,x",
                ]),
            ),
            (
                "+QIDNSCFG?",
                Some(&["PrimaryDns: 192.0.2.53", "SecondaryDns: 192.0.2.54"]),
            ),
            ("+QIDNSCFG=\"192.0.2.7\"", OK),
            (
                "+QIDNSCFG?",
                Some(&["PrimaryDns: 192.0.2.7", "SecondaryDns: 192.0.2.54"]),
            ),
        ],
    );
    check(
        LTE,
        &[
            (
                "+QIDNSCFG=1",
                Some(&["+QIDNSCFG: 1,\"192.0.2.53\",\"192.0.2.54\""]),
            ),
            ("+QIDNSCFG=1,\"192.0.2.7\"", OK),
            (
                "+QIDNSCFG=1",
                Some(&["+QIDNSCFG: 1,\"192.0.2.7\",\"192.0.2.54\""]),
            ),
            (
                "+QIDNSCFG=2",
                Some(&["+QIDNSCFG: 2,\"192.0.2.53\",\"192.0.2.54\""]),
            ),
            ("+QIDNSCFG=17", ERROR),
        ],
    );
}

#[test]
fn fibocom_names_itself_in_the_read_form() {
    check(
        &[&NL668],
        &[
            ("+CGMM", Some(&["NL668-EAU"])),
            ("+CGMM?", Some(&["+CGMM: \"NL668-EAU\""])),
            ("+CGMI?", Some(&["+CGMI: \"Fibocom Wireless Inc.\""])),
            ("+GMR?", Some(&["+GMR: \"19906.5090.00.02.00.23\""])),
            ("+CGMR?", Some(&["+CGMR: \"19906.5090.00.02.00.23\""])),
            ("+CGSN?", Some(&["+CGSN: \"004999010640000\""])),
            ("+CGSN", Some(&["004999010640000"])),
            ("+ICCID", Some(&["+ICCID: 89860000000000000001"])),
            ("+ICCID?", Some(&["+ICCID: 89860000000000000001"])),
            ("+CCID", Some(&["+CCID: 89860000000000000001"])),
            ("+CCID?", Some(&["+CCID: 89860000000000000001"])),
            ("+GTGIS=6", Some(&["+GTGIS: \"0.000000,0.000000\""])),
            ("+GTGIS=0", ERROR),
        ],
    );
    check(ALL, &[("+CGMM=?", OK), ("+CGMI=?", OK)]);
    check(&[&EC2X, &GSM], &[("+CGMM?", ERROR), ("+CGSN?", ERROR)]);
    check(
        &[&EC2X],
        &[("+QGMR", Some(&["EC25EFAR06A17M4G_01.001.01.001"]))],
    );
}

#[test]
fn without_a_cell_the_module_searches() {
    for (dialect, typed, line) in [
        (&EC2X, "AT+QNWINFO", "+QNWINFO: No Service"),
        (&BG96, "AT+QCSQ", "+QCSQ: \"NOSERVICE\""),
        (
            &EC20,
            "AT+QENG=\"servingcell\"",
            "+QENG: \"servingcell\",\"SEARCH\"",
        ),
        (&GSM, "AT+QSPN", "+QSPN: \"\",\"\",\"\",0,\"\""),
    ] {
        let mut harness = Harness::new(dialect);
        harness.ask("ATE0");
        let searching = ModuleState::Network(NetworkState::Searching);
        harness.module.set_state(harness.now, searching);
        assert_eq!(harness.ask(typed), printed(&[line, "OK"]), "{typed}");
    }
}

/// Settings by name are in the flash of real modules, the rest is not (COMMON 11.5).
#[test]
fn a_restart_keeps_the_settings_by_name() {
    let mut harness = Harness::new(&EC2X);
    for line in ["AT+QCFG=\"usbnet\",2", "AT+CMGF=1", "ATE0"] {
        harness.ask(line);
    }
    harness.module.restart(harness.now);
    harness.heard();
    harness.ask("ATE0");
    let kept = harness.ask("AT+QCFG=\"usbnet\"");
    assert_eq!(kept, printed(&["+QCFG: \"usbnet\",2", "OK"]));
    assert_eq!(harness.ask("AT+CMGF?"), printed(&["+CMGF: 0", "OK"]));
}

/// Every limit of every setting by name.
#[test]
fn settings_by_name_print_the_ranges_that_they_enforce() {
    for dialect in dialect::ALL {
        let remembered = dialect
            .all_commands()
            .filter(|command| command.kind == CommandKind::Remembered);
        for command in remembered {
            let Recall::Named(settings) = command.recall else {
                continue;
            };
            let lines = command.test_lines().expect("a test form");
            assert_eq!(lines.len(), settings.len(), "{}", command.name);
            for (line, setting) in lines.iter().zip(settings) {
                let start = format!("{}: \"{}\",(", command.name, setting.name);
                let named = format!("{}: \"{}\",<", command.name, setting.name);
                assert!(
                    line.starts_with(&start) || line.starts_with(&named),
                    "{line}"
                );
                let values = setting.initial.iter().zip(setting.params);
                for (initial, param) in values {
                    let value = match initial {
                        dialect::Initial::Integer(value) => dialect::Value::Integer(*value),
                        dialect::Initial::Text(text) => dialect::Value::Text(text),
                    };
                    assert_eq!(param.check(value), Ok(()), "{line}");
                }
            }
        }
    }
}
