using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>What a running system does by itself as time goes by.</summary>
public sealed class DueWorkTests
{
    [Fact]
    [Trait("seed", "1.2")]
    public async Task As_time_goes_by_people_come_of_age_and_suspensions_end()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        var clock = new LeapingClock();
        await using ApiHost api = await ApiHost.Start(services: container => container.AddSingleton<TimeProvider>(clock));
        Guid young = (await api.Anonymous.Register(Requests.NewHandle(), age: 17)).Id;
        Guid suspended = (await api.Anonymous.Register(Requests.NewHandle(), age: 30)).Id;
        await api.Suspend(suspended, clock.GetUtcNow().AddDays(1));
        (await Layer(api, young)).ShouldBe("minor");

        clock.Leap(TimeSpan.FromDays(2));
        await Eventually.Is(async () => await Status(api, suspended) == "active", "the suspension has ended");
        (await Layer(api, young)).ShouldBe("minor");

        clock.Leap(TimeSpan.FromDays(366));
        await Eventually.Is(async () => await Layer(api, young) == "transitional", "the person has come of age");
        (await api.Database.Scalar<long>("select count(*) from log.mt_events where type in ('user.age_layer_changed', 'user.unsuspended')")).ShouldBe(2);
        api.Log.Text.ShouldNotContain(young.ToString());
    }

    private static Task<string> Layer(ApiHost api, Guid user) => api.Database.Scalar<string>($"select age_layer::text from users where id = '{user}'");

    private static Task<string> Status(ApiHost api, Guid user) => api.Database.Scalar<string>($"select status::text from users where id = '{user}'");

    /// <summary>The machine's time, some leaps ahead; who waits for longer than a moment is woken after a moment.</summary>
    private sealed class LeapingClock : TimeProvider
    {
        private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);
        private long ahead;

        public void Leap(TimeSpan by) => Interlocked.Add(ref ahead, by.Ticks);

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref ahead));

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > Moment ? Moment : dueTime, period);
    }
}
