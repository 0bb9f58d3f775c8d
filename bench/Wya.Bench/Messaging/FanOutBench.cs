using System.Diagnostics;
using System.Text.Json;
using Wya.Testing.Http;

namespace Wya.Bench.Messaging;

/// <summary>
/// (c) A group of 200 people who all listen: from a message's acknowledgement to the last of them who has it. Sender and
/// listeners share the machine with the server.
/// </summary>
internal static class FanOutBench
{
    private const int Listeners = 200;
    private const int Messages = 100;
    private const double P99Below = 100;

    public static async IAsyncEnumerable<BenchRow> Run(BenchOptions options)
    {
        await using WholeSystem system = await WholeSystem.Start();
        Uri address = system.Api.Address;
        Neighbour[] people = await Neighbours.Register(address, Listeners);
        await Neighbours.UntilKnown(address, people[0], Listeners);
        using var api = new LeanApi(address);
        Guid group = await Neighbours.Gather(api, people[0], people[1..]);
        using var stop = new CancellationTokenSource();
        var audience = new Audience(Listeners);
        Task[] listening = [.. people.Select(person => Task.Run(() => Listen(address, person, audience, stop.Token)))];
        await audience.Ready.WaitAsync(TimeSpan.FromMinutes(1));

        using LeanConnection sender = await LeanConnection.Open(address);
        var request = new RequestWithId(LeanRequest.Prepare(
            "PUT", $"/conversations/{group}/messages/{RequestWithId.Place}", new { text = MessagingTown.Text }, people[0].Token));
        List<float> milliseconds = [];
        for (int i = -10; i < Messages; i++) // the first ones warm up
        {
            var id = Guid.CreateVersion7();
            Task<long> heard = audience.Expect(id);
            LeanAnswer answer = await sender.Send(request.With(id));
            long acknowledged = Stopwatch.GetTimestamp();
            if (!answer.IsSuccess)
            {
                throw new RefusedException(answer.Status, answer.Text);
            }

            long last = await heard.WaitAsync(TimeSpan.FromMinutes(1));
            if (i >= 0)
            {
                milliseconds.Add((float)Math.Max(0, Stopwatch.GetElapsedTime(acknowledged, last).TotalMilliseconds));
            }
        }

        await stop.CancelAsync();
        await Task.WhenAll(listening);
        yield return BenchRow.Within($"(c) fan-out to {Listeners} live feeds, acknowledgement to the last", milliseconds, P99Below);
    }

    private static async Task Listen(Uri address, Neighbour person, Audience audience, CancellationToken stop)
    {
        try
        {
            using EventStream stream = await EventStream.Open(address, "/live", person.Token, ct: stop);
            while (await stream.Next(stop) is { } next)
            {
                long now = Stopwatch.GetTimestamp();
                if (next.Type == "hello")
                {
                    audience.IsHere();
                }
                else if (next.Type == "message.sent")
                {
                    using var data = JsonDocument.Parse(next.Data);
                    audience.Heard(data.RootElement.GetProperty("message").GetProperty("message_id").GetGuid(), now);
                }
            }

            throw new InvalidOperationException("A live feed ended.");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The measurement is over.
        }
        catch (Exception failure)
        {
            audience.Fail(failure);
            throw;
        }
    }

    /// <summary>Who waits for which message, and when the last of them has it.</summary>
    private sealed class Audience(int size)
    {
        private readonly Lock gate = new();
        private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TaskCompletionSource<long> heard = new();
        private Guid expected;
        private int here;
        private int left;

        public Task Ready => ready.Task;

        public void IsHere()
        {
            if (Interlocked.Increment(ref here) == size)
            {
                ready.TrySetResult();
            }
        }

        /// <summary>The time at which the last one heard it.</summary>
        public Task<long> Expect(Guid message)
        {
            lock (gate)
            {
                expected = message;
                left = size;
                heard = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
                return heard.Task;
            }
        }

        public void Heard(Guid message, long at)
        {
            lock (gate)
            {
                if (message == expected && --left == 0)
                {
                    heard.TrySetResult(at);
                }
            }
        }

        public void Fail(Exception failure)
        {
            ready.TrySetException(failure);
            lock (gate)
            {
                heard.TrySetException(failure);
            }
        }
    }
}
