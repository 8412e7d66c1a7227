"""What students do beside the exercises works as on their own machine, behind the filter and Landlock."""

from collections.abc import Iterator

import pytest

from autograder.sandbox.host.self_test import tier_for_this_machine
from autograder.sandbox.host.zygote import Zygote

LIBRARIES = ("numpy", "matplotlib.pyplot", "sympy", "torch")

CELLS = {
    "threads": """
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(8) as pool:
    print(sum(pool.map(abs, range(-100, 0))))
""",
    "multiprocessing by fork": """
import multiprocessing
def double(x): return 2 * x
with multiprocessing.get_context("fork").Pool(2) as pool:
    print(pool.map(double, [1, 2, 3]))
""",
    "multiprocessing by spawn": """
import math, multiprocessing
if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        print(pool.map(math.factorial, [1, 2, 3]))
""",
    "processes that share memory": """
from multiprocessing import get_context, shared_memory
def work(array, lock, queue):
    with lock:
        array[0] = 1.5
    queue.put("done")
fork = get_context("fork")
array, lock, queue = fork.Array("d", 2), fork.Lock(), fork.Queue()
process = fork.Process(target=work, args=(array, lock, queue))
process.start()
print(queue.get(timeout=5))
process.join()
print(array[0])
memory = shared_memory.SharedMemory(create=True, size=100)
memory.buf[0] = 7
same = shared_memory.SharedMemory(memory.name)
print(same.buf[0])
same.close(); memory.close(); memory.unlink()
""",
    "subprocesses": """
import subprocess, sys
!ls -la / /usr > listing 2>&1; wc -l < listing | grep -c .
!python -c "print(6 * 7)"
!bash -c 'for i in 1 2; do echo $i; done | sort -r | head -1; (sleep 0.01 &)'
!mkdir -p d/e; cp -r d f; mv f g; rm -r d g; seq 3 | xargs -n1 echo | tail -1; find . -name listing; du -s . > /dev/null
!date > /dev/null; id > /dev/null; ps > ps.txt
print(subprocess.run([sys.executable, "-c", "print('child')"], capture_output=True, text=True).stdout)
pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
print(subprocess.Popen(["cat"], start_new_session=True, **pipes).communicate(b"x"))
""",
    "asyncio": """
import asyncio
async def main():
    process = await asyncio.create_subprocess_exec("echo", "sub", stdout=asyncio.subprocess.PIPE)
    said = await process.stdout.read()
    await process.wait()
    return said, await asyncio.gather(asyncio.sleep(0.01, 1), asyncio.to_thread(len, "ab"))
print(await main())
""",
    "magics": """
%timeit -n 2 -r 2 sum(range(10))
%time x = 1
%matplotlib inline
print("ok")
""",
    "files": """
import mmap, os, pathlib, shutil, sqlite3, tarfile, tempfile, zipfile
with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile() as named, tempfile.TemporaryFile() as file:
    file.write(b"x"); named.write(b"y"); named.flush(); os.fsync(named.fileno())
    shutil.copy2(named.name, folder); shutil.copytree(folder, "copied"); shutil.move("copied", "moved")
    os.rename(named.name, folder + "/renamed"); os.link(folder + "/renamed", named.name)
print(len(list(os.walk("moved"))), [len(names) for _, _, names in os.walk("moved")])
database = sqlite3.connect("data.db")
database.execute("pragma journal_mode=wal")
database.execute("create table t (x)")
database.execute("insert into t values (3)")
database.commit()
print(database.execute("select * from t").fetchall())
with zipfile.ZipFile("z.zip", "w", zipfile.ZIP_DEFLATED) as z:
    z.write("data.db")
shutil.make_archive("t", "gztar", "moved"); shutil.unpack_archive("t.tar.gz", "unpacked")
zipfile.ZipFile("z.zip").extractall("unpacked")
print(sorted(os.listdir("unpacked"))[0])
with open("m", "w+b") as f:
    f.truncate(4096)
    with mmap.mmap(f.fileno(), 0) as m:
        m[:2] = b"ab"; m.flush()
print(pathlib.Path("m").read_bytes()[:2])
pathlib.Path("s").symlink_to("m"); os.chmod("m", 0o600); os.utime("m"); print(pathlib.Path("s").resolve().name)
""",
    "locks between processes": """
import fcntl, os
f = open("locked", "w")
fcntl.lockf(f, fcntl.LOCK_EX)
pid = os.fork()
if pid == 0:
    try:
        fcntl.lockf(open("locked", "w"), fcntl.LOCK_EX | fcntl.LOCK_NB)
        os._exit(0)
    except BlockingIOError:
        os._exit(3)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
""",
    "sockets": """
import select, signal, socket, time
a, b = socket.socketpair()
a.sendall(b"hello"); b.settimeout(2); print(b.recv(5), select.select([a], [a], [], 0)[1] == [a])
server = socket.socket(socket.AF_UNIX); server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind("socket"); server.listen()
client = socket.socket(socket.AF_UNIX); client.connect("socket"); print(server.accept()[0].fileno() > 0)
print([name for _, name in socket.if_nameindex()])
time.sleep(0.001)
""",
    "pictures": """
import matplotlib.pyplot as plt
plt.plot([1, 2, 3]); plt.title("Zażółć $x^2$")
for kind in ("png", "pdf", "svg", "jpg"):
    plt.savefig("figure." + kind)
import os
print(all(os.path.getsize("figure." + kind) > 1000 for kind in ("png", "pdf", "svg", "jpg")))
import matplotlib.animation
plt.close("all")
""",
    "torch": """
import os, torch
from torch.utils.data import DataLoader, TensorDataset
data = TensorDataset(torch.arange(8.0))
print(sum(float(x.sum()) for (x,) in DataLoader(data, batch_size=2, num_workers=1)))
torch.save(data.tensors, "tensors.pt"); print(torch.load("tensors.pt")[0].sum())
torch.set_num_threads(2)
w = torch.randn(300, 300, requires_grad=True); (w @ w).sum().backward(); print(w.grad.shape)
""",
    "sympy and scipy": """
import sympy
x = sympy.symbols("x")
print(sympy.lambdify(x, sympy.diff(sympy.sin(x) ** 2, x))(0.0))
try:
    import numpy as np, scipy.linalg, scipy.optimize
    print(scipy.optimize.minimize(lambda v: ((v - 1) ** 2).sum(), np.zeros(3)).success)
    print(scipy.linalg.lu(np.eye(200))[0].shape)
except ImportError:
    print("True\\n(200, 200)")
""",
    "the machine": """
import getpass, locale, os, platform, resource, shutil, ssl, sys, uuid, zoneinfo
print(os.cpu_count() > 0, len(os.sched_getaffinity(0)) > 0, os.nice(1) >= 1, shutil.disk_usage(".").total > 0)
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 0)
resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); os.urandom(4); platform.platform(); uuid.uuid4(); uuid.uuid1()
ssl.create_default_context(); zoneinfo.ZoneInfo("Europe/Berlin"); os.times(); os.getloadavg(); locale.getlocale()
""",
}

SAYS = {
    "threads": "5050",
    "multiprocessing by fork": "[2, 4, 6]",
    "multiprocessing by spawn": "[1, 2, 6]",
    "processes that share memory": "done 1.5 7",
    "subprocesses": "1 42 2 3 ./listing child (b'x', None)",
    "asyncio": "(b'sub\\n', [1, 2])",
    "files": "1 [1] [(3,)] data.db b'ab' m",
    "locks between processes": "3",
    "sockets": "b'hello' True True ['lo']",
    "pictures": "True",
    "torch": "28.0 tensor(28.) torch.Size([300, 300])",
    "sympy and scipy": "0.0 True (200, 200)",
    "the machine": "True True True True 256 True",
}


@pytest.fixture(scope="module")
def laptop() -> Iterator[Zygote]:
    """A warm process with all that students have."""
    with Zygote(LIBRARIES, tier=tier_for_this_machine()) as warm:
        yield warm


@pytest.mark.parametrize("what", CELLS)
def test_it_works(laptop: Zygote, what: str) -> None:
    sandbox = laptop.spawn()
    try:
        outputs = sandbox.run_cell(CELLS[what], seconds=30).outputs
    finally:
        laptop.retire(sandbox)
    errors = [output for output in outputs if output["output_type"] == "error" or output.get("name") == "stderr"]
    assert errors == []
    said = " ".join("".join(output.get("text", "") for output in outputs).split())
    assert said.endswith("ok") if what == "magics" else said == SAYS[what]
