using Shouldly;
using Xunit;

namespace Wya.Api.Tests;

public sealed class RegisterUserTests(SharedApi shared)
{
    [Fact]
    [Trait("seed", "W1")]
    [Trait("seed", "C1")]
    public async Task A_person_registers_and_is_there_at_once()
    {
        ApiHost api = await shared.Host();
        string handle = Requests.NewHandle();

        Answer registered = await api.Anonymous.Register(handle, age: 30);

        registered.Status.ShouldBe(201, registered.Text);
        registered.Message.Headers.Location!.ToString().ShouldBe($"/users/{registered.Id}");
        registered.Position.ShouldBe($"identity:{await Head(api)}");
        registered.String("handle").ShouldBe(handle);
        registered.String("age_layer").ShouldBe("adult");
        registered.String("status").ShouldBe("active");
        Answer found = await (await api.Operator()).Send("GET", $"/users/{registered.Id}");
        found.String("handle").ShouldBe(handle);
    }

    [Theory]
    [InlineData(13, "minor")]
    [InlineData(17, "minor")]
    [InlineData(18, "transitional")]
    [InlineData(21, "transitional")]
    [InlineData(22, "adult")]
    public async Task The_age_layer_follows_from_the_birth_date(int age, string layer)
    {
        ApiHost api = await shared.Host();
        (await api.Anonymous.Register(Requests.NewHandle(), age)).String("age_layer").ShouldBe(layer);
    }

    [Fact]
    public async Task Somebody_under_13_is_refused_and_leaves_no_trace()
    {
        ApiHost api = await shared.Host();
        string handle = Requests.NewHandle();
        string key = Requests.NewKey();
        long head = await Head(api);

        Answer refused = await api.Anonymous.Send("POST", "/users", new { handle, birth_date = Requests.BirthDate(12) }, key);

        refused.Status.ShouldBe(422);
        refused.Problem.ShouldBe("under-age");
        (await Head(api)).ShouldBe(head);
        string everything = await DatabaseText.Of(api.Database);
        everything.ShouldNotContain(handle);
        everything.ShouldNotContain(key);
        everything.ShouldNotContain(Requests.BirthDate(12));
        api.Log.Text.ShouldNotContain(handle);
        api.Log.Text.ShouldNotContain(Requests.BirthDate(12));
    }

    [Fact]
    public async Task The_birth_date_of_a_registered_person_is_in_no_table()
    {
        ApiHost api = await shared.Host();
        string handle = Requests.NewHandle();

        (await api.Anonymous.Send("POST", "/users", new { handle, birth_date = "1987-03-14" }, Requests.NewKey())).Status.ShouldBe(201);

        string everything = await DatabaseText.Of(api.Database);
        everything.ShouldContain(handle); // the search does find what is there
        everything.ShouldNotContain("1987");
    }

    [Fact]
    public async Task The_same_request_with_the_same_key_is_answered_alike_and_recorded_once()
    {
        ApiHost api = await shared.Host();
        string handle = Requests.NewHandle();
        string key = Requests.NewKey();

        Answer first = await api.Anonymous.Register(handle, 30, key);
        (await (await api.Operator()).Send("POST", $"/users/{first.Id}/verification", key: Requests.NewKey())).Status.ShouldBe(204);
        long head = await Head(api);
        Answer again = await api.Anonymous.Register(handle, 30, key);

        again.Status.ShouldBe(201);
        again.Text.ShouldBe(first.Text);
        again.Position.ShouldBe(first.Position);
        again.Message.Headers.Location.ShouldBe(first.Message.Headers.Location);
        (await Head(api)).ShouldBe(head);
    }

    [Fact]
    public async Task Sixteen_at_once_with_one_key_make_one_person()
    {
        ApiHost api = await shared.Host();
        string handle = Requests.NewHandle();
        string key = Requests.NewKey();
        long head = await Head(api);

        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => api.Anonymous.Register(handle, 30, key)));

        answers.ShouldAllBe(answer => answer.Status == 201);
        answers.Select(answer => answer.Text).Distinct().ShouldHaveSingleItem();
        (await Head(api)).ShouldBe(head + 1);
    }

    [Fact]
    public async Task Sixteen_at_once_for_one_handle_make_one_person()
    {
        ApiHost api = await shared.Host();
        string handle = Requests.NewHandle();
        long head = await Head(api);

        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i =>
            api.Anonymous.Register(i % 2 == 0 ? handle : handle.ToUpperInvariant())));

        answers.Count(answer => answer.Status == 201).ShouldBe(1);
        answers.Where(answer => answer.Status != 201).ShouldAllBe(answer => answer.Status == 409 && answer.Problem == "handle-taken");
        (await Head(api)).ShouldBe(head + 1);
    }

    [Fact]
    public async Task A_key_cannot_be_used_for_another_handle()
    {
        ApiHost api = await shared.Host();
        string key = Requests.NewKey();
        await api.Anonymous.Register(Requests.NewHandle(), 30, key);
        long head = await Head(api);

        Answer refused = await api.Anonymous.Register(Requests.NewHandle(), 30, key);

        refused.Status.ShouldBe(422);
        refused.Problem.ShouldBe("idempotency-key-reused");
        (await Head(api)).ShouldBe(head);
    }

    internal static Task<long> Head(ApiHost api) => api.Database.Scalar<long>("select position from log.wya_log_head");
}
