using Microsoft.AspNetCore.Components;

namespace Wya.Api.Console.Pages;

/// <summary>A page that is made of what the API answers: it is rendered once, with all of it.</summary>
public abstract class LoadedPage : ComponentBase
{
    public override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        await Load();
        await base.SetParametersAsync(ParameterView.Empty);
    }

    protected abstract Task Load();
}
