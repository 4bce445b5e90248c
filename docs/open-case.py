#!/usr/bin/env python3
"""Opens a saved case without Beistand, with the age command and a member's name and passphrase.

    python3 docs/open-case.py SITE session.json case.json

Needs Python 3.8 or later (its own library only) and age 1.3 or later. docs/exit-plan.md says where the two files
come from. Writes the case as JSON to the standard output; no secret and no text is written to a file.
"""
import base64
import getpass
import hashlib
import hmac
import json
import subprocess
import sys
import tempfile


def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def hkdf(secret, label):
    """HKDF-SHA256, empty salt, 32 bytes."""
    return mac(mac(bytes(32), secret), label + b"\x01")


def identity(seed):
    """A 32-byte seed as an age identity: bech32 (BIP 173) in capitals."""
    letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    prefix = "age-secret-key-pq-"
    bits = int.from_bytes(seed, "big") << 4  # 256 bits and 4 zeros are 52 groups of 5
    data = [bits >> 5 * i & 31 for i in reversed(range(52))]
    check = 1
    for value in [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + data + [0] * 6:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for i, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> i & 1 else 0
    check ^= 1
    return (prefix + "1" + "".join(letters[v] for v in data + [check >> 5 * i & 31 for i in reversed(range(6))])).upper()


def age_open(key, sealed):
    """The age command opens sealed bytes; it gets the key on its standard input."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(base64.b64decode(sealed))
        file.flush()
        done = subprocess.run(["age", "-d", "-i", "-", file.name], input=key.encode() + b"\n", capture_output=True)
    if done.returncode != 0:
        sys.exit(done.stderr.decode().strip() + "\n(keys of this kind need age 1.3 or later)")
    return done.stdout


def member_key(site, name, words, locked):
    salt = hashlib.sha256(b"member-login/v1:" + site.encode() + b"\n" + name.encode()).digest()
    root = hashlib.scrypt(words.encode(), salt=salt, n=2**17, r=8, p=1, dklen=64, maxmem=2**28)
    return age_open(identity(hkdf(root, b"unlock")), locked).decode()


def unframe(frame, keys):
    """Length, JSON, MAC, zeros. Any of the keys may have made the MAC."""
    size = int.from_bytes(frame[:4], "big")
    text, tag = frame[4 : 4 + size], frame[4 + size : 36 + size]
    right = any(hmac.compare_digest(mac(key, text), tag) for key in keys) and not any(frame[36 + size :])
    return json.loads(text), right


def main(site, session_file, case_file):
    with open(session_file, encoding="utf-8") as file:
        session = json.load(file)
    with open(case_file, encoding="utf-8") as file:
        case = json.load(file)
    sys.stderr.write("Name: ")
    sys.stderr.flush()
    name = sys.stdin.readline().strip()
    member = member_key(site, name, " ".join(getpass.getpass("Seven words: ").split()), session["lock"])
    desk_keys = {(w["desk"], w["epoch"]): age_open(member, w["wrap"]).decode() for w in session["wraps"]}
    desk, shared, out = case["summary"]["desk"], [], []
    for event in case["events"]:
        shown = {key: event[key] for key in ("rev", "kind", "actor", "day", "state")}
        shown["public"] = json.loads(event["public"] or "{}")
        if event.get("box") and event["kind"] != "card":
            key = desk_keys[desk, shown["public"]["epoch"]]
            frame = age_open(key, event["box"])
            if event["kind"] == "report":  # brings the key that resident and office share
                size = int.from_bytes(frame[:4], "big")
                secret = json.loads(frame[4 : 4 + size])["body"]["mailbox"]["mac"]
                shared = [base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4))]
            envelope, right = unframe(frame, shared + [hkdf(key.encode(), b"office-mac/v1")])
            shown["opened"] = envelope
            shown["unchanged"] = right and (envelope["kind"], envelope["op"]) == (event["kind"], event["op"])
        out.append(shown)
    json.dump(out, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
