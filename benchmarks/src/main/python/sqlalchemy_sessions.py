"""A session per unit of work on SQLAlchemy and asyncpg, for comparison.

Usage: sqlalchemy_sessions.py PORT. Prints the versions of both, then reads lines "WORKLOAD FIRST COUNT".
It runs each workload COUNT times, from row FIRST on, and prints the times in milliseconds as a JSON list.
"""

import asyncio
import json
import sys
import time
from contextlib import asynccontextmanager

import asyncpg
import sqlalchemy
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import sessionmaker

READ = text("SELECT balance FROM account WHERE id = :id")
WRITE = text("UPDATE account SET balance = balance + 1 WHERE id = :id")
INSERT = text("INSERT INTO entry (account, amount) VALUES (:id, :amount)")
STREAM = text("SELECT id, balance FROM account ORDER BY id LIMIT 10000")


class SessionManager:
    """Sessions on a pool with pre-ping: sets the search path, commits, rolls back on an error."""

    def __init__(self, port):
        self.engine = create_async_engine(
            f"postgresql+asyncpg://postgres:postgres@127.0.0.1:{port}/postgres",
            pool_size=4,
            max_overflow=0,
            pool_pre_ping=True,
            pool_recycle=1800,
        )
        self.factory = sessionmaker(self.engine, class_=AsyncSession, expire_on_commit=False)

    @asynccontextmanager
    async def session(self):
        async with self.factory() as session:
            try:
                await session.execute(text("SET search_path TO bench"))
                yield session
                await session.commit()
            except Exception:
                await session.rollback()
                raise


async def run(manager, case, number):
    async with manager.session() as session:
        if case == "read":
            (await session.execute(READ, {"id": number})).scalar_one()
        elif case == "write":
            await session.execute(WRITE, {"id": number})
        elif case == "five":
            for i in range(5):
                await session.execute(INSERT, {"id": number, "amount": i})
        elif case == "batch":
            await session.execute(INSERT, [{"id": number, "amount": i} for i in range(5)])
        else:
            assert len((await session.execute(STREAM)).all()) == 10000


async def turn(manager, case, first, count):
    times = []
    for number in range(first, first + count):
        began = time.perf_counter()
        await run(manager, case, 1 + number % 9000)
        times.append((time.perf_counter() - began) * 1000)
    return times


async def main(port):
    manager = SessionManager(port)
    print(f"SQLAlchemy {sqlalchemy.__version__}, asyncpg {asyncpg.__version__}", flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        case, first, count = line.split()
        print(json.dumps(await turn(manager, case, int(first), int(count))), flush=True)
    await manager.engine.dispose()


asyncio.run(main(int(sys.argv[1])))
