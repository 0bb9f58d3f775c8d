using Npgsql;
using Shouldly;
using Wya.EventStore.Postgres;
using Wya.Testing;
using Xunit;

namespace Wya.EventStore.Tests.Encryption;

public sealed class SubjectKeysTests : IAsyncLifetime
{
    private TestKeys? house;

    private TestKeys Keys => house!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        house = await TestKeys.Create();
    }

    public ValueTask DisposeAsync() => house?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Processes_that_want_the_same_new_key_get_the_same_key()
    {
        await using SubjectKeys other = Keys.Open();
        Guid[] subjects = [.. Enumerable.Range(0, 200).Select(_ => Guid.CreateVersion7())];
        await Task.WhenAll(subjects.SelectMany(subject => new[] { Keys.Subjects.Fetch([subject], create: true), other.Fetch([subject], create: true) }));
        foreach (Guid subject in subjects)
        {
            Key(Keys.Subjects, subject).ShouldBe(Key(other, subject));
        }

        subjects.Select(subject => Convert.ToHexString(Key(Keys.Subjects, subject))).Distinct().Count().ShouldBe(200);
    }

    [Fact]
    public async Task A_key_that_was_never_made_is_missing_and_not_destroyed()
    {
        var nobody = Guid.CreateVersion7();
        Keys.Subjects.TryCopy(nobody, new byte[32]).ShouldBe(KeyState.NotAtHand);
        await Keys.Subjects.Fetch([nobody], create: false);
        Keys.Subjects.TryCopy(nobody, new byte[32]).ShouldBe(KeyState.Missing);
        await Keys.Subjects.Fetch([nobody], create: true);
        Keys.Subjects.TryCopy(nobody, new byte[32]).ShouldBe(KeyState.AtHand);
    }

    [Fact]
    public async Task A_destroyed_key_is_gone_for_ever()
    {
        Guid subject = Guid.CreateVersion7(), neverMade = Guid.CreateVersion7();
        await Keys.Subjects.Fetch([subject], create: true);
        (await Keys.Subjects.Destroy([subject, neverMade])).ShouldBe(1);
        (await Keys.Subjects.Destroy([subject, neverMade])).ShouldBe(0);
        await using SubjectKeys other = Keys.Open();
        foreach (Guid gone in new[] { subject, neverMade })
        {
            Keys.Subjects.TryCopy(gone, new byte[32]).ShouldBe(KeyState.Destroyed);
            await other.Fetch([gone], create: true);
            other.TryCopy(gone, new byte[32]).ShouldBe(KeyState.Destroyed);
        }

        foreach (string sql in new[] { "delete from subject_keys", "truncate subject_keys", $"update subject_keys set destroyed_at = null, wrapped = '\\x00', master_version = 1" })
        {
            await using NpgsqlDataSource application = NpgsqlDataSource.Create(Keys.ConnectionString);
            await using NpgsqlCommand command = application.CreateCommand(sql);
            (await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).SqlState.ShouldBe("42501");
        }
    }

    /// <summary>The pages of the table on the server's disk, not what a query still shows.</summary>
    [Fact]
    public async Task A_destroyed_key_is_not_left_in_the_table()
    {
        Guid subject = Guid.CreateVersion7();
        await Keys.Subjects.Fetch([subject], create: true);
        (await OnDisk(subject)).ShouldBeGreaterThan(0);
        await Keys.Subjects.Destroy([subject]);
        await Eventually.Is(
            async () =>
            {
                await Keys.Subjects.Vacuum();
                return await OnDisk(subject) == 0;
            },
            "no row version of it is left");
    }

    /// <summary>A vacuum takes rows out of a page and leaves their bytes in its free space.</summary>
    [Fact]
    public async Task Of_keys_destroyed_together_not_even_the_free_space_of_a_page_keeps_the_bytes()
    {
        Guid[] subjects = [.. Enumerable.Range(0, 30).Select(_ => Guid.CreateVersion7())];
        await Keys.Subjects.Fetch(subjects, create: true);
        Dictionary<Guid, byte[]> wrapped = [];
        await using var connection = new NpgsqlConnection(Keys.OwnerConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using (var command = new NpgsqlCommand("select subject, wrapped from subject_keys", connection))
        await using (NpgsqlDataReader reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken))
        {
            while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            {
                wrapped[reader.GetGuid(0)] = reader.GetFieldValue<byte[]>(1);
            }
        }

        await Keys.Subjects.Destroy(subjects[10..20]);

        // A snapshot of autovacuum's may have been open in that moment; it is not for long.
        await Eventually.Is(
            async () =>
            {
                await Keys.Subjects.Vacuum();
                byte[] file = await Pages(connection);
                subjects[..10].Concat(subjects[20..]).Where(subject => !Holds(file, wrapped[subject])).ShouldBeEmpty();
                return !subjects[10..20].Any(subject => Holds(file, wrapped[subject]));
            },
            "no byte of a destroyed key is left");
    }

    private static bool Holds(byte[] file, byte[] bytes) => file.AsSpan().IndexOf(bytes) >= 0;

    private static async Task<byte[]> Pages(NpgsqlConnection connection)
    {
        await using var pages = new NpgsqlCommand(
            """
            create extension if not exists pageinspect;
            select string_agg(get_raw_page('subject_keys', page::int), ''::bytea) from generate_series(0, pg_relation_size('subject_keys') / 8192 - 1) page
            """,
            connection);
        return (byte[])(await pages.ExecuteScalarAsync())!;
    }

    [Fact]
    public async Task Keys_are_forgotten_within_a_minute_however_often_they_are_used()
    {
        var clock = new TimersByHand();
        await using var keys = new SubjectKeys(Keys.ConnectionString, Keys.Ring, clock);
        Guid subject = Guid.CreateVersion7();
        await keys.Fetch([subject], create: true);
        clock.Period.ShouldBeLessThanOrEqualTo(SubjectKeys.ForgottenWithin / 2);
        clock.Fire();
        keys.TryCopy(subject, new byte[32]).ShouldBe(KeyState.AtHand);
        clock.Fire();
        keys.TryCopy(subject, new byte[32]).ShouldBe(KeyState.NotAtHand);
    }

    [Fact]
    public async Task The_master_key_is_rotated_under_way_and_no_key_changes()
    {
        Guid[] subjects = [.. Enumerable.Range(0, 2_500).Select(_ => Guid.CreateVersion7())];
        await Keys.Subjects.Fetch(subjects, create: true);
        await Keys.Subjects.Destroy([subjects[7]]);
        KeyRing ring = Keys.Ring.WithNewMaster();
        ring.WriteFile(Keys.RingFile);
        await using var running = new SubjectKeys(Keys.ConnectionString, Keys.Ring, TimeProvider.System, () => KeyRing.ReadFile(Keys.RingFile));
        await using var rotation = new KeyRotation(Keys.ConnectionString, ring);
        List<long> progress = [];
        (await rotation.Rewrap(progress.Add)).ShouldBe(2_499);
        progress.ShouldBe([1_000, 2_000, 2_499]);
        (await rotation.Rewrap()).ShouldBe(0);
        (await rotation.Count()).ShouldBe([new KeyCount(2, 2_499), new KeyCount(null, 1)]);

        await running.Fetch(subjects, create: false); // it began with the old ring, and reads the new one by itself
        await using var afterwards = new SubjectKeys(Keys.ConnectionString, ring.WithoutOldMasters(), TimeProvider.System);
        await afterwards.Fetch(subjects, create: false);
        foreach (Guid subject in subjects.Where(subject => subject != subjects[7]))
        {
            Key(running, subject).ShouldBe(Key(Keys.Subjects, subject));
            Key(afterwards, subject).ShouldBe(Key(Keys.Subjects, subject));
        }

        running.TryCopy(subjects[7], new byte[32]).ShouldBe(KeyState.Destroyed);
        await using SubjectKeys withTheOldRing = Keys.Open();
        await Should.ThrowAsync<KeyRingException>(() => withTheOldRing.Fetch(subjects, create: false));
    }

    [Fact]
    public async Task Another_ring_opens_nothing()
    {
        Guid subject = Guid.CreateVersion7();
        await Keys.Subjects.Fetch([subject], create: true);
        await using var thief = new SubjectKeys(Keys.ConnectionString, KeyRing.Create(), TimeProvider.System);
        (await Should.ThrowAsync<KeyRingException>(() => thief.Fetch([subject], create: false))).Message.ShouldNotContain(subject.ToString());
    }

    private static byte[] Key(SubjectKeys keys, Guid subject)
    {
        byte[] key = new byte[Sealing.KeyBytes];
        keys.TryCopy(subject, key).ShouldBe(KeyState.AtHand);
        return key;
    }

    /// <summary>Row versions of the subject that still hold a wrapped key, dead ones too.</summary>
    private async Task<long> OnDisk(Guid subject)
    {
        await using var connection = new NpgsqlConnection(Keys.OwnerConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            $"""
            create extension if not exists pageinspect;
            select count(*) from generate_series(0, pg_relation_size('subject_keys') / 8192 - 1) page,
                lateral heap_page_items(get_raw_page('subject_keys', page::int)) item
            where position('\x{subject.ToString("n")}'::bytea in item.t_data) > 0 and length(item.t_data) > 60
            """,
            connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>A clock whose timers ring when the test says so.</summary>
    private sealed class TimersByHand : TimeProvider
    {
        private Action ring = () => { };

        public TimeSpan Period { get; private set; }

        public void Fire() => ring();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Period = period;
            ring = () => callback(state);
            return new Timer();
        }

        private sealed class Timer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose() { }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
