#![no_main]
#![allow(dead_code, reason = "each fuzzer uses one of the targets")]

#[path = "../../tests/fuzz/targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::tenant_file(data));
