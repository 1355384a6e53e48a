"""The certificates of a control plane, and of the hosts that are answered in the place of others."""

import ssl
import threading

from sandbox.cluster import certificates

HOST = "git.example.com"


def test_first_callers_at_once_get_one_pair_that_fits_together(tmp_path, monkeypatch):
    certificates.write(tmp_path, {}, service_address="172.20.0.1")
    saved, save = [], certificates._save
    monkeypatch.setattr(certificates, "_save", lambda stem, *rest: (saved.append(stem.name), save(stem, *rest)))
    together = threading.Barrier(8)

    def call():
        together.wait()
        certificates.issue(tmp_path, HOST)

    callers = [threading.Thread(target=call) for _ in range(8)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert saved == [f"{HOST}.server"]
    stem = certificates.issue(tmp_path, HOST)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(stem.with_suffix(".crt"), stem.with_suffix(".key"))
