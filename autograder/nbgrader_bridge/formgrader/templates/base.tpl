{%- extends 'nbgrader/base.tpl' -%}

{%- block script -%}
<script>
{% include 'corrections.js' %}
</script>
{%- endblock -%}
