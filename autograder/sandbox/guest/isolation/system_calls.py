"""The system calls that Python, its libraries and the shell need, with their numbers on x86_64 and aarch64.

They were measured with strace inside a sandbox, on the solutions of the course and on what students do beside them
(plots, ``!commands``, threads, multiprocessing, asyncio, sqlite, data loaders), and their close relatives were added.
"""

from __future__ import annotations

_FILES = """
    access=21/- chdir=80/49 chmod=90/- close=3/57 close_range=436/436 creat=85/- dup=32/23 dup2=33/- dup3=292/24
    faccessat=269/48 faccessat2=439/439 fallocate=285/47 fchdir=81/50 fchmod=91/52 fchmodat=268/53 fchmodat2=452/452
    fgetxattr=193/10 flistxattr=196/13 fstat=5/80 fstatfs=138/44 ftruncate=77/46 futimesat=261/- getcwd=79/17
    getdents=78/- getdents64=217/61 getxattr=191/8 lgetxattr=192/9 link=86/- linkat=265/37 listxattr=194/11
    llistxattr=195/12 lseek=8/62 lstat=6/- mkdir=83/- mkdirat=258/34 newfstatat=262/79 open=2/- openat=257/56
    pread64=17/67 preadv=295/69 pwrite64=18/68 pwritev=296/70 read=0/63 readlink=89/- readlinkat=267/78 readv=19/65
    rename=82/- renameat=264/38 renameat2=316/276 rmdir=84/- sendfile=40/71 stat=4/- statfs=137/43 statx=332/291
    symlink=88/- symlinkat=266/36 truncate=76/45 umask=95/166 unlink=87/- unlinkat=263/35 utime=132/-
    utimensat=280/88 utimes=235/- write=1/64 writev=20/66
"""
_MEMORY_AND_PROCESSES = """
    brk=12/214 mmap=9/222 mprotect=10/226 mremap=25/216 munmap=11/215
    arch_prctl=158/- execve=59/221 exit=60/93 exit_group=231/94 fork=57/- getegid=108/177 geteuid=107/175
    getgid=104/176 getgroups=115/158 getpgid=121/155 getpgrp=111/- getpid=39/172 getppid=110/173 getpriority=140/141
    getresgid=120/150 getresuid=118/148 getrlimit=97/163 getrusage=98/165 getsid=124/156 gettid=186/178
    getuid=102/174 kill=62/129 restart_syscall=219/128 rseq=334/293 sched_get_priority_max=146/125
    sched_get_priority_min=147/126 sched_getaffinity=204/123 sched_getparam=143/121 sched_getscheduler=145/120
    sched_setaffinity=203/122 sched_yield=24/124 set_robust_list=273/99 set_tid_address=218/96 setpgid=109/154
    setpriority=141/140 setrlimit=160/164 tgkill=234/131 times=100/153 tkill=200/130 vfork=58/- wait4=61/260
    waitid=247/95
"""
_SIGNALS_AND_TIME = """
    alarm=37/- getitimer=36/102 pause=34/- rt_sigaction=13/134 rt_sigpending=127/136 rt_sigprocmask=14/135
    rt_sigreturn=15/139 rt_sigsuspend=130/133 rt_sigtimedwait=128/137 setitimer=38/103 sigaltstack=131/132
    clock_getres=229/114 clock_gettime=228/113 clock_nanosleep=230/115 epoll_create=213/- epoll_create1=291/20
    epoll_ctl=233/21 epoll_pwait=281/22 epoll_pwait2=441/441 epoll_wait=232/- eventfd2=290/19 futex=202/98
    getcpu=309/168 getrandom=318/278 gettimeofday=96/169 nanosleep=35/101 pipe=22/- pipe2=293/59 poll=7/-
    ppoll=271/73 pselect6=270/72 select=23/- sysinfo=99/179 time=201/- uname=63/160
"""
_SOCKETS = """
    accept=43/202 accept4=288/242 bind=49/200 connect=42/203 getpeername=52/205 getsockname=51/204 getsockopt=55/209
    listen=50/201 recvfrom=45/207 recvmmsg=299/243 recvmsg=47/212 sendmmsg=307/269 sendmsg=46/211 sendto=44/206
    shutdown=48/210
"""
_BY_ARGUMENT = """
    clone=56/220 fcntl=72/25 ioctl=16/29 madvise=28/233 prctl=157/167 preadv2=327/286 prlimit64=302/261
    pwritev2=328/287 setsockopt=54/208 socket=41/198 socketpair=53/199
"""
_NO_OPS = """
    fadvise64=221/223 fdatasync=75/83 fsync=74/82 msync=26/227 setsid=112/157
"""

_MACHINES = ("x86_64", "aarch64")


def _read(table: str, machine: str) -> dict[str, int]:
    """Returns the numbers on a machine; a call that it lacks (``-``) is left out."""
    column = _MACHINES.index(machine)
    entries = (entry.split("=") for entry in table.split())
    numbers = {name: value.split("/")[column] for name, value in entries}
    return {name: int(number) for name, number in numbers.items() if number != "-"}


ALLOWED = {m: _read(_FILES + _MEMORY_AND_PROCESSES + _SIGNALS_AND_TIME + _SOCKETS, m) for m in _MACHINES}
"""Calls that are allowed whatever their arguments, by machine and name."""

BY_ARGUMENT = {m: _read(_BY_ARGUMENT, m) for m in _MACHINES}
"""Calls that are allowed or refused by their arguments."""

NO_OPS = {m: _read(_NO_OPS, m) for m in _MACHINES}
"""Calls that answer 0 and do nothing.

``setsid``: the kernel shares the CPU among sessions, and a sandbox is to remain one; programs start a new session to
escape Ctrl-C, which is never pressed here. ``fadvise64`` could tell from the page cache what others read. ``fsync`` and
its relatives have nothing to do on a tmpfs, and on a visible file they would make the machine's disk busy.
"""
